package io.mmulab.scenario.expect;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.ScriptException;
import io.mmulab.scenario.expect.Evidence.Scope;

/**
 * What an expression can ask for. Most take the name of a step; without one they are about the line above an expectation, or
 * about the whole case in a claim.
 */
enum Measure {
    /** How the last device access of the step ended: ok, invalid, mmio, hwpoison, stuck, or none. */
    STATUS(Form.STEP, "how the step's last device access ended: ok, invalid, mmio, hwpoison, stuck, none") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            AccessStatus status = seen.status();
            return Value.of(status == null ? "none" : status.name().toLowerCase(Locale.ROOT));
        }
    },
    /** The device got through. */
    OK(Form.STEP, "the step's last device access went through") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.status() == AccessStatus.OK);
        }
    },
    /** The device made no progress. */
    STUCK(Form.STEP, "the step's last device access kept faulting although each fault was handled") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.status() == AccessStatus.STUCK);
        }
    },
    /** The device was refused. */
    REFUSED(Form.STEP, "the step's last device access was refused") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.status() == AccessStatus.INVALID);
        }
    },
    /** Faults of CPUs and devices. */
    FAULTS(Form.STEP, "faults that CPUs and devices took") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.faults());
        }
    },
    /** Where the last fault ended in the kernel's decision tree. */
    PATH(Form.STEP, "where the step's last fault ended in the kernel's fault handler, as WP_REUSE; none") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            Outcome.Fault fault = seen.lastFault();
            return Value.of(fault == null ? "none" : fault.path().name());
        }
    },
    /** The byte that was read. */
    VALUE(Form.STEP, "the byte that the step's last line read or wrote") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            Played played = seen.played();
            Integer value = played == null ? null : played.value();
            return value == null ? Value.of("none") : Value.of(value);
        }
    },
    /** The errno. */
    ERRNO(Form.STEP, "name of the errno of the step's last line, or none") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            Played played = seen.played();
            String error = played == null ? null : played.error();
            return Value.of(error == null ? "none" : error);
        }
    },
    /** The signal. */
    SIGNAL(Form.STEP, "name of the signal of the step's last line, or none") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            Played played = seen.played();
            Outcome.Signal signal = played == null ? null : played.signal();
            return Value.of(signal == null ? "none" : signal.name());
        }
    },
    /** Simulated time. */
    NS(Form.STEP, "simulated nanoseconds") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.nanoseconds());
        }
    },
    /** CPU TLB flushes. */
    FLUSHES(Form.STEP, "CPU TLB flushes") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.events().stream().filter(event -> event.phase() == Phase.TLB_FLUSH).count());
        }
    },
    /** Calls of the secondary-TLB hook. */
    HOOKS(Form.STEP,
            "calls of the secondary-TLB hook: invalidate_range before 6.6, arch_invalidate_secondary_tlbs since") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.events().stream().filter(Measure::isHook).count());
        }
    },
    /** Calls into the notifier machinery. */
    CALLS(Form.STEP, "calls into the mmu notifier machinery, whatever they are") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.events().stream().filter(event -> event.phase().isNotifierCall() && isCall(event))
                    .count());
        }
    },
    /** Entries that devices dropped. */
    DROPPED(Form.STEP, "entries that devices dropped") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.events().stream().filter(
                    event -> event.reaction() == Reaction.DROPPED && event.phase() != Phase.SPURIOUS_ZAP)
                    .mapToLong(SeenEvent::entries).sum());
        }
    },
    /** Entries that were dropped although they were right. */
    ZAPS(Form.STEP, "entries that devices dropped although they were still right afterwards") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.events().stream().filter(event -> event.phase() == Phase.SPURIOUS_ZAP)
                    .mapToLong(SeenEvent::entries).sum());
        }
    },
    /** Faults that a spurious zap caused. */
    REFAULTS(Form.STEP, "device accesses that faulted because of such a drop") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(
                    seen.events().stream().filter(event -> event.reaction() == Reaction.REFAULTED).count());
        }
    },
    /** Broken rules. */
    VIOLATIONS(Form.STEP, "rules that were broken, of any kind") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.events().stream().filter(event -> event.violation() != null).count());
        }
    },
    /** Rows of the event log. */
    EVENTS(Form.FILTER,
            "rows of the event log that fit, as events(RANGE_START CLEAR cause=wp_page_copy during=write)") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(arguments.rows(seen, evidence).count());
        }
    },
    /** Entries of such rows. */
    ENTRIES(Form.FILTER, "sum of the entries of such rows") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(arguments.rows(seen, evidence).mapToLong(SeenEvent::entries).sum());
        }
    },
    /** The first such row. */
    FIRST(Form.FILTER, "number of the first such row; 0 if there is none") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(arguments.rows(seen, evidence).mapToLong(SeenEvent::sequence).min().orElse(0));
        }
    },
    /** The last such row. */
    LAST(Form.FILTER, "number of the last such row; 0 if there is none") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(arguments.rows(seen, evidence).mapToLong(SeenEvent::sequence).max().orElse(0));
        }
    },
    /** What a device counts. */
    COUNTER(Form.COUNTER, "what a device has counted, as counter(D tlbiByAsid write)") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(seen.counter(arguments.device()));
        }
    },
    /** Entries that a device holds now. */
    CACHED(Form.DEVICE, "translations that a device holds at this point, as cached(D)") {
        @Override
        Value of(Observation seen, Arguments arguments, Evidence evidence) {
            return Value.of(evidence.machine().devices().stream()
                    .filter(device -> device.name().equals(arguments.device()))
                    .mapToLong(device -> device.entryCount()).sum());
        }
    };

    private final Form form;
    private final String description;

    Measure(Form form, String description) {
        this.form = form;
        this.description = description;
    }

    /** What stands between the parentheses. */
    enum Form {
        STEP, FILTER, COUNTER, DEVICE
    }

    /**
     * What was given between the parentheses.
     *
     * @param step null if none was named
     * @param device a device, or a device and what it counts, where the measure is about one
     */
    record Arguments(@Nullable String step, String device, @Nullable EventFilter filter) {
        Stream<SeenEvent> rows(Observation seen, Evidence evidence) {
            return filter == null ? Stream.empty() : filter.of(seen, evidence);
        }
    }

    abstract Value of(Observation seen, Arguments arguments, Evidence evidence);

    final Value of(Arguments arguments, Evidence evidence, Scope scope) {
        return of(evidence.of(arguments.step(), scope), arguments, evidence);
    }

    /** Whether it is about how a line fails. */
    boolean isAboutFailure() {
        return this == ERRNO || this == SIGNAL;
    }

    /** What it measures. */
    String description() {
        return description;
    }

    private static boolean isHook(SeenEvent event) {
        return isCall(event) && (event.phase() == Phase.INVALIDATE_RANGE
                || event.phase() == Phase.ARCH_INVALIDATE_SECONDARY_TLBS);
    }

    private static boolean isCall(SeenEvent event) {
        return event.subscriber() == io.mmulab.kernel.event.EventSink.NO_SUBSCRIBER;
    }

    static @Nullable Measure find(String name) {
        return Arrays.stream(values()).filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name)).findFirst()
                .orElse(null);
    }

    static String names() {
        return Arrays.stream(values()).map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** @throws ScriptException naming the line */
    Arguments arguments(int line, List<String> words) {
        return switch (form) {
            case FILTER -> {
                EventFilter filter = EventFilter.parse(line, words);
                yield new Arguments(filter.during(), "", filter);
            }
            case STEP -> {
                check(line, words, 0, 1, "(STEP)");
                yield new Arguments(words.isEmpty() ? null : words.getFirst(), "", null);
            }
            case COUNTER -> {
                check(line, words, 2, 3, "(DEVICE COUNTER STEP)");
                yield new Arguments(words.size() < 3 ? null : words.get(2), words.get(0) + " " + words.get(1), null);
            }
            case DEVICE -> {
                check(line, words, 1, 1, "(DEVICE)");
                yield new Arguments(null, words.getFirst(), null);
            }
        };
    }

    private void check(int line, List<String> words, int least, int most, String shape) {
        if (words.size() < least || words.size() > most) {
            throw new ScriptException(line, name().toLowerCase(Locale.ROOT) + shape + " expected");
        }
    }
}
