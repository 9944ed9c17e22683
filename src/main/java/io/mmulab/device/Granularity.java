package io.mmulab.device;

/**
 * How a driver turns a range of the secondary-TLB hook into invalidation commands. The hook gives {@code [start, end)}, or
 * (0, -1) for the whole address space; an empty range, which one arm64 bug produces, is everything to all but
 * {@link #EVERY_PAGE}.
 */
enum Granularity {
    /** SMMUv3 without range commands. */
    PAGES_BELOW_TABLE(
            "one command per page; from as many pages on as a table has entries (512 of 4 KiB), one command for "
                    + "the whole ASID",
            "arm-smmu-v3-sva.c CMDQ_MAX_TLBI_OPS; 7.3 arm_smmu_inv_size_too_big()") {
        @Override
        void coverRange(long start, long end, int shift, Extent extent) {
            pages(start, end, shift, (1L << (shift - ENTRY_SHIFT)) - 1, extent);
        }
    },
    /** RISC-V. */
    PAGES_UP_TO_TABLE("one command per page up to 512 pages; beyond, one command for the whole address space",
            "7.3 drivers/iommu/riscv/iommu.c riscv_iommu_tlbi_calc()") {
        @Override
        void coverRange(long start, long end, int shift, Extent extent) {
            pages(start, end, shift, 1L << (shift - ENTRY_SHIFT), extent);
        }
    },
    /** SMMUv3 with range commands. */
    RANGES("range commands of 1 to 31 times a power of two of pages, smallest power first; a count whose low five bits are "
            + "1 grows by a page; no range is too long", "arm-smmu-v3.c __arm_smmu_tlb_inv_range()") {
        @Override
        void coverRange(long start, long end, int shift, Extent extent) {
            long pages = (end - start) >>> shift;
            if ((pages & RANGE_NUM_MAX) == 1) {
                pages++;
            }
            long at = start;
            long commands = 0;
            while (pages > 0) {
                int scale = Long.numberOfTrailingZeros(pages);
                long covered = ((pages >>> scale) & RANGE_NUM_MAX) << scale;
                at += covered << shift;
                pages -= covered;
                commands++;
            }
            extent.range(start, at, commands);
        }
    },
    /** One command per range: PCIe ATS, and the IOMMUs of x86 today. */
    ALIGNED_SPAN("one command for the smallest naturally aligned power of two of pages that covers the range",
            "arm-smmu-v3.c arm_smmu_atc_inv_to_cmd(); intel/cache.c calculate_psi_aligned_address(); amd/iommu.c "
                    + "build_inv_address()") {
        @Override
        void coverRange(long start, long end, int shift, Extent extent) {
            long first = start >>> shift;
            int bits = Long.SIZE - Long.numberOfLeadingZeros(first ^ ((end - 1) >>> shift));
            long from = ((first >>> bits) << bits) << shift;
            extent.range(from, from + (1L << (bits + shift)), 1);
        }
    },
    /** VT-d before its cache tags. */
    ALIGNED_CHUNKS(
            "the number of pages rounded up to a power of two; one command for each aligned piece of that size that "
                    + "the range touches",
            "6.1 intel/svm.c intel_flush_svm_range_dev()") {
        @Override
        void coverRange(long start, long end, int shift, Extent extent) {
            long pages = (end - start + (1L << shift) - 1) >>> shift;
            long piece = Long.highestOneBit(2 * pages - 1) << shift;
            long from = start & -piece;
            long to = (end + piece - 1) & -piece;
            extent.range(from, to, (to - from) / piece);
        }
    },
    /** AMD before its SVA domains. */
    PAGE_OR_ALL("one page is one command for that page; anything longer is one command for the whole PASID",
            "6.1 amd/iommu_v2.c mn_invalidate_range()") {
        @Override
        void coverRange(long start, long end, int shift, Extent extent) {
            if ((start ^ (end - 1)) >>> shift == 0) {
                extent.range(start & -(1L << shift), (start | ((1L << shift) - 1)) + 1, 1);
            } else {
                extent.everything();
            }
        }
    },
    /** OpenCAPI: no range is everything to it. */
    EVERY_PAGE(
            "one command per page, however many: the whole address space is 2^64 bytes of pages, one by one. A command "
                    + "for address 0 names no address and covers the whole process",
            "ocxl/link.c arch_invalidate_secondary_tlbs(); powernv/ocxl.c pnv_ocxl_tlb_invalidate()") {
        @Override
        void cover(long start, long end, int shift, Extent extent) {
            long commands = (end - start + (1L << shift) - 1) >>> shift;
            if (start == 0 && end != 0) {
                extent.everythingBy(end == -1 ? -1L >>> shift : commands);
            } else {
                extent.range(start, end, commands);
            }
        }

        @Override
        void coverRange(long start, long end, int shift, Extent extent) {
            cover(start, end, shift, extent);
        }
    };

    /** log2 of the bytes of a page-table entry. */
    private static final int ENTRY_SHIFT = 3;
    /** {@code CMDQ_TLBI_RANGE_NUM_MAX}. */
    private static final long RANGE_NUM_MAX = 31;

    private final String rule;
    private final String source;

    Granularity(String rule, String source) {
        this.rule = rule;
        this.source = source;
    }

    /**
     * The commands for {@code [start, end)}.
     *
     * @param end -1 with a start of 0 for everything
     * @param shift log2 of the page size of the commands
     */
    void cover(long start, long end, int shift, Extent extent) {
        if (start == end || end == -1) {
            extent.everything();
        } else {
            coverRange(start, end, shift, extent);
        }
    }

    abstract void coverRange(long start, long end, int shift, Extent extent);

    private static void pages(long start, long end, int shift, long most, Extent extent) {
        long pages = (end - start + (1L << shift) - 1) >>> shift;
        if (pages > most) {
            extent.everything();
        } else {
            extent.range(start, start + (pages << shift), pages);
        }
    }

    /** In words. */
    String rule() {
        return rule;
    }

    /** The function that has it. */
    String source() {
        return source;
    }
}
