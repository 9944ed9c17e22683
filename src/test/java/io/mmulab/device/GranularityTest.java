package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What drivers send for a range; pages are of 4 KiB unless the row says otherwise. */
class GranularityTest {
    private final Extent extent = new Extent();

    /** The commands and what they cover, in pages; "all" for everything. */
    @ParameterizedTest
    @CsvSource({
        // CMDQ_MAX_TLBI_OPS = 1 << (PAGE_SHIFT - 3): 512, 2048, 8192
        "PAGES_BELOW_TABLE, 12, 7, 11, 4, 7, 11", "PAGES_BELOW_TABLE, 12, 0, 511, 511, 0, 511",
        "PAGES_BELOW_TABLE, 12, 0, 512, 1, all, all", "PAGES_BELOW_TABLE, 14, 0, 2047, 2047, 0, 2047",
        "PAGES_BELOW_TABLE, 14, 0, 2048, 1, all, all", "PAGES_BELOW_TABLE, 16, 0, 8191, 8191, 0, 8191",
        "PAGES_BELOW_TABLE, 16, 0, 8192, 1, all, all",
        // 7.3 riscv: num > 512 is everything
        "PAGES_UP_TO_TABLE, 12, 0, 512, 512, 0, 512", "PAGES_UP_TO_TABLE, 12, 0, 513, 1, all, all",
        // scale = lowest set bit, num = next 5 bits; a count that ends in 00001 grows by one page
        "RANGES, 12, 8, 40, 1, 8, 40", "RANGES, 12, 8, 9, 1, 8, 10", "RANGES, 12, 0, 31, 1, 0, 31",
        "RANGES, 12, 0, 33, 1, 0, 34", "RANGES, 12, 0, 63, 2, 0, 63", "RANGES, 12, 0, 512, 1, 0, 512",
        "RANGES, 12, 0, 262144, 1, 0, 262144", "RANGES, 12, 5, 70, 2, 5, 71",
        // the driver's own examples: [8; 11] is ideal, [7; 10] takes [0; 15]
        "ALIGNED_SPAN, 12, 8, 12, 1, 8, 12", "ALIGNED_SPAN, 12, 7, 11, 1, 0, 16", "ALIGNED_SPAN, 12, 8, 9, 1, 8, 9",
        "ALIGNED_SPAN, 12, 511, 513, 1, 0, 1024", "ALIGNED_SPAN, 12, 8, 11, 1, 8, 12",
        // 6.1 VT-d: the count rounded up, each aligned piece
        "ALIGNED_CHUNKS, 12, 8, 12, 1, 8, 12", "ALIGNED_CHUNKS, 12, 7, 11, 2, 4, 12",
        "ALIGNED_CHUNKS, 12, 8, 11, 1, 8, 12",
        "ALIGNED_CHUNKS, 12, 7, 8, 1, 7, 8",
        // 6.1 AMD: (start ^ (end - 1)) < PAGE_SIZE
        "PAGE_OR_ALL, 12, 7, 8, 1, 7, 8", "PAGE_OR_ALL, 12, 7, 9, 1, all, all",
        // ocxl: address 0 names no address
        "EVERY_PAGE, 12, 7, 1031, 1024, 7, 1031", "EVERY_PAGE, 16, 7, 8, 1, 7, 8", "EVERY_PAGE, 12, 0, 2, 2, all, all"})
    void covers(Granularity granularity, int shift, long start, long end, long commands, String from, String to) {
        granularity.cover(start << shift, end << shift, shift, extent);
        assertThat(extent.commands()).isEqualTo(commands);
        assertThat(extent.isAll()).isEqualTo(from.equals("all"));
        if (!extent.isAll()) {
            assertThat(extent.start() >>> shift).isEqualTo(Long.parseLong(from));
            assertThat(extent.end() >>> shift).isEqualTo(Long.parseLong(to));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWholeAddressSpaceIsEverything(Granularity granularity) {
        granularity.cover(0, -1, 12, extent);
        assertThat(extent.isAll()).isTrue();
        assertThat(extent.commands()).isEqualTo(granularity == Granularity.EVERY_PAGE ? (1L << 52) - 1 : 1);
    }

    /** "size 0": what arm64 sent by mistake, and what the SMMU's driver takes for everything. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EVERY_PAGE")
    void anEmptyRangeIsEverything(Granularity granularity) {
        granularity.cover(0x7000, 0x7000, 12, extent);
        assertThat(extent.isAll()).isTrue();
    }

    /** Whatever is sent covers at least what was asked for. */
    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOut(Granularity granularity) {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long start = (random.nextLong() & 0x7_ffff_ffffL) << 12;
            long end = start + ((1L + random.nextInt(1 << random.nextInt(20))) << 12);
            granularity.cover(start, end, 12, extent);
            assertThat(extent.commands()).isPositive();
            if (!extent.isAll()) {
                assertThat(extent.start()).isLessThanOrEqualTo(start);
                assertThat(extent.end()).isGreaterThanOrEqualTo(end);
            }
        }
    }
}
