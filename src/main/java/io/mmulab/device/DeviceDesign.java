package io.mmulab.device;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.mmulab.kernel.event.EventType;

/**
 * A device that keeps a table of its own, as a set of choices: how it hears of changes, where its entries come from and what it
 * does on each event. The mirrors of this package are rows of it, and a user may post another.
 *
 * @param name as users write it
 * @param summary one sentence
 * @param hearing which callbacks it has
 * @param filling where its entries come from
 * @param reactions what it does on the events of a window; {@link Reaction#DROP} on those that are not named
 * @param mayRefuse whether it refuses a window in which nobody may sleep
 * @param checksSequence whether it installs an entry only if no invalidation has come in between
 * @param rights which permission an entry gets
 * @param permissionFault what a write through a read-only entry does
 * @param intervalBytes length of one interval subscription, a power of two, made when it is first used; 0 is everything
 * @param granularityPages an invalidation is widened to blocks of so many pages, a power of two
 * @param everythingFromPages an invalidation of so many pages or more drops all entries; 0: never
 * @param ownMemory whether it has memory that pages can move to
 * @param exclusiveAccess whether it can take a page for itself, for atomic operations
 * @param retryBudget handled faults of one access before it gives up
 * @param costs simulated nanoseconds
 * @param rules what a reader should know, in words
 * @param sources where the choices are from
 */
public record DeviceDesign(String name, String summary, Hearing hearing, Filling filling,
        Map<EventType, Reaction> reactions, boolean mayRefuse, boolean checksSequence, Rights rights,
        PermissionFault permissionFault, long intervalBytes, int granularityPages, int everythingFromPages,
        boolean ownMemory, boolean exclusiveAccess, int retryBudget, DeviceCosts costs, List<String> rules,
        List<String> sources) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
    private static final int MAX_GRANULARITY = 1 << 18;
    private static final int MAX_RETRY_BUDGET = 1000;
    private static final long MIN_INTERVAL = 1 << 16;
    private static final long MAX_INTERVAL = 1L << 40;
    private static final int MAX_TEXT = 500;
    private static final int MAX_TEXTS = 32;

    /** Which callbacks a device has. */
    public enum Hearing {
        /** None: it is not told, and must never need to be. */
        NOTHING(false, false, false, false),
        /** The secondary-TLB hook ({@code arch_invalidate_secondary_tlbs}), as an IOMMU has. */
        SECONDARY_TLB(true, false, false, false),
        /** {@code invalidate_range_start} and {@code _end}, as KVM has. */
        START_END(false, true, true, false),
        /** The hook and start/end, which 6.6 refuses to register. */
        SECONDARY_TLB_AND_START_END(true, true, true, false),
        /** Interval subscriptions, as most GPUs have. */
        INTERVAL(false, false, false, true),
        /** {@code invalidate_range_start} to drop, and interval subscriptions only for their sequence, as nouveau has. */
        START_AND_INTERVAL(false, true, false, true);

        private final boolean secondaryTlb;
        private final boolean start;
        private final boolean end;
        private final boolean interval;

        Hearing(boolean secondaryTlb, boolean start, boolean end, boolean interval) {
            this.secondaryTlb = secondaryTlb;
            this.start = start;
            this.end = end;
            this.interval = interval;
        }

        boolean secondaryTlb() {
            return secondaryTlb;
        }

        boolean start() {
            return start;
        }

        boolean end() {
            return end;
        }

        boolean interval() {
            return interval;
        }

        boolean windows() {
            return start || interval;
        }
    }

    /** Where entries come from. */
    public enum Filling {
        /** A walk of the CPU's page table copies the entry; what faults goes to {@code iommu_sva_handle_mm}. */
        WALK,
        /** {@code hmm_range_fault()}. */
        HMM,
        /** {@code get_user_pages()}, once: what was dropped is not mapped again. */
        ONCE,
        /** {@code pin_user_pages(FOLL_LONGTERM)}: the page stays the device's until it lets go. */
        PIN
    }

    /** What a device does when a window opens over its entries. */
    public enum Reaction {
        /** Drops the entries of the range. */
        DROP,
        /** Drops all entries. */
        DROP_ALL,
        /** Makes the entries of the range read-only. */
        WRITE_PROTECT,
        /** Nothing. */
        IGNORE,
        /** Nothing if it caused the window itself ({@code range->owner}); else drops the entries of the range. */
        IGNORE_OWN
    }

    /** Which permission a new entry gets. */
    public enum Rights {
        /** That of the CPU's entry, also on a read. */
        AS_ENTRY,
        /** What the access asked for. */
        AS_ASKED
    }

    /** What a write through a read-only entry does. */
    public enum PermissionFault {
        /** The fault fetches the entry anew. */
        REFILL,
        /** The fault is handled, and the access tried again with the same entry. */
        KEEP
    }

    /**
     * Something that is wrong with a design.
     *
     * @param field name of the component
     * @param message what is wrong with it
     */
    public record Problem(String field, String message) {}

    /** Defensive copies: designs are shared. */
    public DeviceDesign {
        reactions = reactions.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(reactions));
        rules = List.copyOf(rules);
        sources = List.copyOf(sources);
    }

    /** What it does when a window of this event opens. */
    Reaction reaction(EventType event) {
        return reactions.getOrDefault(event, Reaction.DROP);
    }

    /** All that is wrong with it, by field; empty if it can be built. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        require(problems, NAME.matcher(name).matches(), "name",
                "must be 1 to 64 of a-z 0-9 . - and begin with a letter or digit");
        require(problems, isText(summary), "summary", "must be 1 to " + MAX_TEXT + " characters");
        texts(problems, "rules", rules);
        texts(problems, "sources", sources);
        require(problems, hearing.windows() || reactions.isEmpty(), "reactions",
                "only a window has an event, and " + hearing + " hears of none");
        require(problems, !mayRefuse || (hearing.windows() && !hearing.end()), "mayRefuse",
                "a start that may fail must not have an end (mm/mmu_notifier.c warns), and without windows there is "
                        + "nothing to refuse");
        require(problems, !checksSequence || hearing.windows(), "checksSequence", hearing + " has no sequence");
        require(problems, filling != Filling.PIN || hearing == Hearing.NOTHING, "hearing",
                "a pinned page does not go away: PIN hears NOTHING");
        require(problems, permissionFault == PermissionFault.REFILL || filling == Filling.WALK, "permissionFault",
                "KEEP is for WALK: the others ask the kernel for an entry on each fault");
        require(problems, !(ownMemory || exclusiveAccess) || filling == Filling.HMM,
                ownMemory ? "ownMemory" : "exclusiveAccess", "only a device that fills by HMM can");
        numbers(problems);
        return List.copyOf(problems);
    }

    private void numbers(List<Problem> problems) {
        boolean power = intervalBytes >= MIN_INTERVAL && intervalBytes <= MAX_INTERVAL
                && Long.bitCount(intervalBytes) == 1;
        require(problems, intervalBytes == 0 || (power && hearing.interval()), "intervalBytes", hearing.interval()
                ? "must be 0 or a power of two of " + MIN_INTERVAL + " to " + MAX_INTERVAL
                : hearing + " has no intervals");
        require(problems,
                granularityPages >= 1 && granularityPages <= MAX_GRANULARITY && Integer.bitCount(granularityPages) == 1,
                "granularityPages", "must be a power of two of 1 to " + MAX_GRANULARITY);
        require(problems, everythingFromPages >= 0, "everythingFromPages", "is negative");
        require(problems, retryBudget >= 1 && retryBudget <= MAX_RETRY_BUDGET, "retryBudget",
                "must be 1 to " + MAX_RETRY_BUDGET);
        require(problems, costs.areSane(), "costs", "must be 0 to 1000000000 nanoseconds each, with a source");
    }

    private static void texts(List<Problem> problems, String field, List<String> texts) {
        require(problems, texts.size() <= MAX_TEXTS && texts.stream().allMatch(DeviceDesign::isText), field,
                "must be at most " + MAX_TEXTS + " texts of 1 to " + MAX_TEXT + " characters");
    }

    private static boolean isText(String text) {
        return !text.isBlank() && text.length() <= MAX_TEXT && text.chars().noneMatch(Character::isISOControl);
    }

    private static void require(List<Problem> problems, boolean holds, String field, String message) {
        if (!holds) {
            problems.add(new Problem(field, message));
        }
    }

    /** What a reader of the list of models is shown. */
    DeviceModel toModel() {
        return new DeviceModel(name, summary, rules, List.of(), sources);
    }
}
