package io.mmulab.scenario.expect;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.scenario.Region;
import io.mmulab.scenario.ScriptException;

/**
 * Which rows of the event log are meant: {@code RANGE_START CLEAR cause=wp_page_copy}. Names of phases are alternatives, and
 * so are names of types, reactions and violations; the word {@code HOOK} stands for the secondary-TLB hook under its two
 * names. Rows of notifier calls are the calls themselves, unless {@code by=DEVICE}, {@code by=any} or a reaction asks for
 * what the subscribers did.
 */
final class EventFilter {
    private static final String HOOK = "HOOK";

    private final Set<Phase> phases = EnumSet.noneOf(Phase.class);
    private final Set<EventType> types = EnumSet.noneOf(EventType.class);
    private final Set<Reaction> reactions = EnumSet.noneOf(Reaction.class);
    private final Set<ViolationKind> violations = EnumSet.noneOf(ViolationKind.class);
    private @Nullable Cause cause;
    private @Nullable String by;
    private @Nullable String process;
    private @Nullable String range;
    private @Nullable String during;
    private @Nullable Boolean blockable;
    private boolean wholeSpace;
    private boolean empty;
    private long pages;

    private EventFilter() {}

    /**
     * Reads the words of a filter.
     *
     * @throws ScriptException naming the line
     */
    static EventFilter parse(int line, List<String> words) {
        EventFilter filter = new EventFilter();
        for (String word : words) {
            int equals = word.indexOf('=');
            boolean known = equals > 0 ? filter.option(word.substring(0, equals), word.substring(equals + 1))
                    : filter.name(word);
            if (!known) {
                throw new ScriptException(line,
                        "\"" + word + "\" is no phase, type, reaction or violation of an event");
            }
        }
        return filter;
    }

    private boolean name(String word) {
        switch (word) {
            case HOOK -> {
                phases.add(Phase.INVALIDATE_RANGE);
                phases.add(Phase.ARCH_INVALIDATE_SECONDARY_TLBS);
            }
            case "whole" -> wholeSpace = true;
            case "empty" -> empty = true;
            case "blockable" -> blockable = true;
            case "atomic" -> blockable = false;
            default -> {
                return add(Phase.class, phases, word) || add(EventType.class, types, word)
                        || add(Reaction.class, reactions, word) || add(ViolationKind.class, violations, word);
            }
        }
        return true;
    }

    private boolean option(String name, String value) {
        switch (name) {
            case "type" -> {
                return add(EventType.class, types, value);
            }
            case "cause" -> {
                cause = Stream.of(Cause.values())
                        .filter(each -> each.function().equals(value) || each.name().equals(value)).findFirst()
                        .orElse(null);
                return cause != null;
            }
            case "by" -> by = value;
            case "of" -> process = value;
            case "in" -> {
                range = value;
                return value.matches("[A-Za-z0-9_]+(:[0-9]{1,9}(-[0-9]{1,9})?)?");
            }
            case "during" -> during = value;
            case "pages" -> {
                pages = value.matches("[0-9]{1,9}") ? Long.parseLong(value) : 0;
                return pages > 0;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static <E extends Enum<E>> boolean add(Class<E> of, Set<E> to, String name) {
        for (E each : of.getEnumConstants()) {
            if (each.name().equals(name.toUpperCase(Locale.ROOT)) && Character.isUpperCase(name.charAt(0))) {
                return to.add(each) || to.contains(each);
            }
        }
        return false;
    }

    /** The step that it is about; null if it names none. */
    @Nullable
    String during() {
        return during;
    }

    /** The rows of an observation that are meant, in order. */
    Stream<SeenEvent> of(Observation observation, Evidence evidence) {
        Predicate<SeenEvent> place = place(evidence);
        return observation.events().stream().filter(this::fits).filter(event -> subscriberFits(event, evidence))
                .filter(event -> pages == 0 || event.end() - event.start() == pages * evidence.pageSize())
                .filter(place);
    }

    private boolean fits(SeenEvent event) {
        return fits(phases, event.phase()) && fits(types, event.type()) && fits(reactions, event.reaction())
                && fits(violations, event.violation()) && (cause == null || cause == event.cause())
                && (blockable == null || blockable == event.blockable())
                && (!wholeSpace || (event.start() == 0 && event.end() == -1))
                && (!empty || event.start() == event.end());
    }

    private static <E extends Enum<E>> boolean fits(Set<E> wanted, @Nullable E is) {
        return wanted.isEmpty() || (is != null && wanted.contains(is));
    }

    private boolean subscriberFits(SeenEvent event, Evidence evidence) {
        boolean call = event.subscriber() == EventSink.NO_SUBSCRIBER;
        String name = by;
        if (name == null) {
            return call || !reactions.isEmpty() || !event.phase().isNotifierCall();
        }
        return !call && (name.equals("any") || name.equals(evidence.deviceName(event.subscriber())));
    }

    /** Rows whose range overlaps {@code REGION:FROM-TO}, in pages, of the process. */
    private Predicate<SeenEvent> place(Evidence evidence) {
        String where = range;
        String who = process;
        Predicate<SeenEvent> ofProcess = who == null ? event -> true
                : event -> event.mm() == evidence.mmId(who);
        if (where == null) {
            return ofProcess;
        }
        String[] parts = where.split("[:-]", -1);
        Region region = evidence.region(who == null ? "P" : who, parts[0]);
        long from = region.page(parts.length > 1 ? Long.parseLong(parts[1]) : 0);
        long to = parts.length > 2 ? region.page(Long.parseLong(parts[2]))
                : parts.length > 1 ? from + region.pageSize() : region.base() + region.length();
        return ofProcess.and(event -> event.start() < to && Long.compareUnsigned(event.end(), from) > 0);
    }
}
