package io.mmulab.lab.definition;

import java.util.List;
import java.util.Map;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.Costs;
import io.mmulab.kernel.arch.Paging;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.lab.definition.RecordCheck.Range;
import io.mmulab.lab.json.Numbers;

/** What the fields of an architecture must be, each and together. */
final class ArchitectureRules {
    private static final int LEAST_LEVELS = 3;
    private static final int MOST_LEVELS = 5;
    private static final int MOST_BITS = 57;
    private static final int MOST_COST = 1_000_000_000;

    /** Of single numbers. */
    static final Map<String, Range> RANGES = Map.ofEntries(Map.entry("Paging.pageShift", new Range(12, 16)),
            Map.entry("Paging.levelBits", new Range(1, 13)),
            Map.entry("Paging.taskSize", new Range(1L << 30, 1L << MOST_BITS, true)),
            Map.entry("Paging.contiguousPtesShift", new Range(0, 8)),
            Map.entry("Paging.hugetlbOrders", new Range(1, Frames.MAX_ORDER)),
            Map.entry("Flushes.fullFlushPages", new Range(0, Integer.MAX_VALUE)),
            Map.entry("Asids.count", new Range(0, 1 << 30)), cost("tlbHit"), cost("tlbWalk"), cost("faultEntry"),
            cost("allocatePage"), cost("copyPage"), cost("localFlush"), cost("shootdown"), cost("syscall"),
            cost("notifierCall"));

    private ArchitectureRules() {}

    private static Map.Entry<String, Range> cost(String figure) {
        return Map.entry(Costs.class.getSimpleName() + "." + figure, new Range(0, MOST_COST));
    }

    /** Of several fields together; each field is in its own range already. */
    static void check(Architecture architecture, List<DefinitionError> errors) {
        Paging paging = architecture.paging();
        if (paging.levels() < LEAST_LEVELS || paging.levels() > MOST_LEVELS) {
            errors.add(new DefinitionError("/paging/levelBits", paging.levelBits().toString(),
                    LEAST_LEVELS + " to " + MOST_LEVELS + " levels, level 0 first"));
            return;
        }
        int bits = paging.levelShift(paging.levels());
        if (bits > MOST_BITS) {
            errors.add(new DefinitionError("/paging/levelBits", paging.levelBits().toString(),
                    "with pageShift at most " + MOST_BITS + " bits, not " + bits));
        } else if (1L << bits < paging.taskSize()) {
            errors.add(new DefinitionError("/paging/taskSize", Numbers.address(paging.taskSize()),
                    "at most what the tables reach, " + Numbers.address(1L << bits)));
        }
        if ((paging.taskSize() & (paging.pageSize() - 1)) != 0) {
            errors.add(new DefinitionError("/paging/taskSize", Numbers.address(paging.taskSize()),
                    "a multiple of the page size"));
        }
        checkHugePages(architecture, errors);
        if (architecture.flushes().asids().count() < 1 && tagsAreCounted(architecture)) {
            errors.add(new DefinitionError("/flushes/asids/count", "0", "at least 1 with this scheme"));
        }
        for (var component : Costs.class.getRecordComponents()) {
            if (component.getType() == long.class && !architecture.costs().sources().containsKey(component.getName())) {
                errors.add(new DefinitionError("/costs/sources/" + component.getName(), null,
                        "required: where the figure is from; an assumption is called one"));
            }
        }
    }

    private static boolean tagsAreCounted(Architecture architecture) {
        return switch (architecture.flushes().asids().scheme()) {
            case GENERATIONS, GENERATIONS_PER_CPU, LAST_RUN_PER_CPU -> true;
            case ENOUGH -> false;
        };
    }

    private static void checkHugePages(Architecture architecture, List<DefinitionError> errors) {
        Paging paging = architecture.paging();
        if (paging.pmdOrder() > Frames.MAX_ORDER) {
            errors.add(new DefinitionError("/paging/levelBits/0", paging.levelBits().getFirst().toString(),
                    "at most " + Frames.MAX_ORDER));
        }
        if (paging.contiguousPtesShift() >= paging.levelBits().getFirst()) {
            errors.add(
                    new DefinitionError("/paging/contiguousPtesShift", Integer.toString(paging.contiguousPtesShift()),
                            "less than the bits of level 0"));
        }
        for (int i = 0; i < paging.hugetlbOrders().size(); i++) {
            int order = paging.hugetlbOrders().get(i);
            long size = paging.pageSize() << order;
            int level = paging.levelOfSize(size);
            boolean leaf = size == 1L << paging.levelShift(level) && level > 0 && level < paging.levels() - 1;
            boolean ascending = i == 0 || order > paging.hugetlbOrders().get(i - 1);
            if (!(leaf || architecture.contiguousBit()) || !ascending) {
                errors.add(new DefinitionError("/paging/hugetlbOrders/" + i, Integer.toString(order),
                        "in ascending order, what an entry below the root maps; other sizes need a contiguous bit "
                                + "(contiguousPtesShift)"));
            }
        }
    }
}
