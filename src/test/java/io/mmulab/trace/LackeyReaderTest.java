package io.mmulab.trace;

import static io.mmulab.trace.RecordKind.BRK;
import static io.mmulab.trace.RecordKind.CLONE_VM;
import static io.mmulab.trace.RecordKind.EXECVE;
import static io.mmulab.trace.RecordKind.EXIT;
import static io.mmulab.trace.RecordKind.FETCH;
import static io.mmulab.trace.RecordKind.FORK;
import static io.mmulab.trace.RecordKind.LOAD;
import static io.mmulab.trace.RecordKind.MMAP;
import static io.mmulab.trace.RecordKind.MODIFY;
import static io.mmulab.trace.RecordKind.MPROTECT;
import static io.mmulab.trace.RecordKind.MREMAP;
import static io.mmulab.trace.RecordKind.MSYNC;
import static io.mmulab.trace.RecordKind.MUNMAP;
import static io.mmulab.trace.RecordKind.STORE;
import static io.mmulab.trace.TraceRecord.strictly;
import static io.mmulab.trace.TraceRecord.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LackeyReaderTest extends TraceReaderContract {

    private static final byte[] SAMPLE = makeSample();
    private static final String BANNER = "==8605== Lackey, an example Valgrind tool";

    @Override
    TraceFormat format() {
        return TraceFormat.LACKEY;
    }

    @Override
    byte[] sample() {
        return SAMPLE.clone();
    }

    /** The beginning of a real trace, and all of its lines that are no accesses with some accesses between them. */
    private static byte[] makeSample() {
        final var sample = new StringBuilder();
        int accesses = 0;
        for (final String line : new String(TraceRecord.resource("ls.lackey.gz"), ISO_8859_1).lines().toList()) {
            final boolean access = line.matches("[I ][ LSM] .*");
            accesses = access ? accesses + 1 : 0;
            if (accesses < 5) {
                sample.append(line).append('\n');
            }
        }
        return sample.toString().getBytes(ISO_8859_1);
    }

    /** Figures found by awk and grep. */
    @Test
    void lsHasExactlyTheRecordsOfItsLog() throws IOException {
        assertCounts("ls.lackey.gz", 774_006, 3_552_822, Map.of(FETCH, 570_151L, LOAD, 141_684L, STORE, 59_596L,
                MODIFY, 2_328L, BRK, 3L, MMAP, 34L, MPROTECT, 6L, MUNMAP, 1L, EXIT, 1L));
    }

    @Test
    void gzipHasExactlyTheRecordsOfItsLog() throws IOException {
        assertCounts("gzip.lackey.gz", 1_351_979, 4_833_257, Map.of(FETCH, 969_741L, LOAD, 221_482L, STORE, 153_195L,
                MODIFY, 7_455L, BRK, 1L, MMAP, 12L, MPROTECT, 4L, MUNMAP, 1L, EXIT, 1L));
    }

    private void assertCounts(final String name, final long lines, final long accessedBytes,
            final Map<RecordKind, Long> expected) throws IOException {
        final Map<RecordKind, Long> counts = new EnumMap<>(RecordKind.class);
        long bytes = 0;
        long lastLine = 0;
        final var batch = new TraceBatch();
        try (TraceReader reader = format().open(TraceRecord.open(name))) {
            while (reader.read(batch) > 0) {
                for (int i = 0; i < batch.size; i++) {
                    counts.merge(batch.kindOf(i), 1L, Long::sum);
                    bytes += batch.kindOf(i).isAccess() ? batch.length[i] : 0;
                    lastLine = Math.max(lastLine, batch.line[i]);
                }
            }
            assertThat(reader.statistics().lines()).isEqualTo(lines);
            assertThat(reader.statistics().roots()).isEqualTo(1);
            assertThat(reader.statistics().malformed()).isZero();
        }
        assertThat(counts).isEqualTo(expected);
        assertThat(bytes).isEqualTo(accessedBytes);
        // exit_group is the last line but one.
        assertThat(lastLine).isEqualTo(lines - 1);
    }

    @Test
    void lsBeginsWithAFetchAndMapsItsLibraries() throws IOException {
        final List<TraceRecord> records = strictly(format(), TraceRecord.resource("ls.lackey.gz"));
        assertThat(records).first().isEqualTo(access(FETCH, 8605, 7, 0x0401ab70, 3));
        assertThat(records.get(records.size() - 2)).isEqualTo(access(FETCH, 8605, 774_004, 0x04948407, 2));
        assertThat(records).last().isEqualTo(call(EXIT, 8605, 774_005, 0, 0, 0));
        assertThat(records).filteredOn(traced -> traced.kind() == MMAP).startsWith(
                new TraceRecord(MMAP, 8605, 43_697, 0, 8192, 0x4835000, 3, 0x22, -1, 0),
                new TraceRecord(MMAP, 8605, 44_737, 0, 16_400, 0x4837000, 1, 0x802, 4, 0),
                new TraceRecord(MMAP, 8605, 44_835, 0x4838000, 4096, 0x4838000, 5, 0x812, 4, 4096));
        assertThat(records).filteredOn(traced -> traced.kind() == BRK).containsExactly(
                call(BRK, 8605, 26_632, 0, 0, 0x4035000), call(BRK, 8605, 441_865, 0, 0, 0x4035000),
                call(BRK, 8605, 441_889, 0x4056000, 0, 0x4056000));
    }

    @Test
    void accessesHaveKindAddressAndSize() throws IOException {
        assertThat(strictly(format(), text(BANNER, "I  0401ab70,3", " S 1fff000758,8", " L ffffffffff600000,16",
                " M 04034298,512"))).containsExactly(access(FETCH, 8605, 2, 0x0401ab70, 3),
                        access(STORE, 8605, 3, 0x1fff000758L, 8), access(LOAD, 8605, 4, 0xffffffffff600000L, 16),
                        access(MODIFY, 8605, 5, 0x04034298, 512));
    }

    @ParameterizedTest
    @ValueSource(strings = {"I 0401ab70,3", " I 0401ab70,3", "S  0401ab70,3", " S 0401ab70", " S 0401ab70,", " S ,8",
        " S 0401ab70,0", " S 0401ab7g,8", " S 0401ab70,8 ", " S 0401ab70,8x", " S 11111111111111111,8",
        " S 0401ab70,123456", " X 0401ab70,8", "   0401ab70,8", "I", " ", "SYSCALL[1,1](9)", "SYSCALL[1](9) sys_x ( ",
        "SYSCALL[", "SYSCALL[8605,1](9) sys_mmap ( 0x0, 8192, 3 ) --> [pre-success] Success(0x0) ",
        "SYSCALL[8605,1](11) sys_munmap ( 0x1000, 4096 )[sync] --> ",
        "SYSCALL[8605,1](11) sys_munmap ( 0x1000, pages )[sync] --> Success(0x0) ",
        "SYSCALL[8605,1](435) sys_clone3 ( 0x1ffefff000, 88 ) --> [pre-success] Success(0x10) ",
        "==8605 no banner", "total 12"})
    void linesOfAnotherFormAreMalformed(final String line) throws IOException {
        try (TraceReader reader = open(text(BANNER, line))) {
            assertThat(failure(reader)).isNotNull().extracting(TraceException::line).isEqualTo(2L);
        }
    }

    @Test
    void failureIsMinusErrno() throws IOException {
        assertThat(strictly(format(), text("SYSCALL[7,1](10) sys_mprotect ( 0x0, 1, 1 )[sync] --> Failure(0xc) ")))
                .containsExactly(new TraceRecord(MPROTECT, 7, 1, 0, 1, -12, 1, 0, -1, 0));
    }

    @Test
    void mremapKeepsBothLengths() throws IOException {
        assertThat(strictly(format(), text(
                "SYSCALL[7,1](25) sys_mremap ( 0x522b000, 1048576, 2097152, 0x1 ) --> [pre-success] Success(0x532b000) ")))
                .containsExactly(
                        new TraceRecord(MREMAP, 7, 1, 0x522b000, 1 << 20, 0x532b000, 0, 1, -1, 2 << 20));
    }

    @Test
    void asynchronousCallsAreJoinedByThread() throws IOException {
        assertThat(strictly(format(), text("SYSCALL[7,2](26) sys_msync ( 0x483c000, 4096, 0x4 ) --> [async] ... ",
                "I  0401ab70,3", "SYSCALL[7,3](0) sys_read ( 4, 0x1ffeffee28, 832 ) --> [async] ... ",
                "SYSCALL[7,1](26) sys_msync ( 0x484c000, 8192, 0x1 ) --> [async] ... ",
                "SYSCALL[7,2](26) ... [async] --> Success(0x0) ", "SYSCALL[7,3](0) ... [async] --> Failure(0x4) ",
                "SYSCALL[7,1](26) ... [async] --> Failure(0xc) "))).containsExactly(access(FETCH, 7, 2, 0x0401ab70, 3),
                        new TraceRecord(MSYNC, 7, 5, 0x483c000, 4096, 0, 0, 4, -1, 0),
                        new TraceRecord(MSYNC, 7, 7, 0x484c000, 8192, -12, 0, 1, -1, 0));
    }

    @Test
    void callsThatMakeNoRecordAreCountedByName() throws IOException {
        final byte[] text = text(BANNER, "SYSCALL[8605,1](3) sys_close ( 4 )[sync] --> Success(0x0) ",
                "SYSCALL[8605,1](334) unimplemented (by the kernel) syscall: 334! (ni_syscall)",
                " --> [pre-fail] Failure(0x26) ", "SYSCALL[8605,1](158) arch_prctl ( 4098, 4af0c40 ) --> Success(0x0) ",
                "--8605-- REDIR: 0x1 redirected", "**8605** user message", "",
                "SYSCALL[8605,1](26) sys_msync ( 0x483c000, 4096, 0x4 ) --> [async] ... ");
        try (TraceReader reader = open(text)) {
            assertThat(TraceRecord.rest(reader, 10)).isEmpty();
            assertThat(reader.statistics().ignored()).isEqualTo(Map.of("(banner)", 1L, "close", 1L, "unimplemented", 1L,
                    "(result)", 1L, "arch_prctl", 1L, "(message)", 2L, "(blank)", 1L));
            assertThat(reader.statistics().unfinished()).isEqualTo(1);
        }
    }

    /** A child that shares the log; valgrind prints the flags of clone in bare hexadecimal. */
    @Test
    void accessesOfAChildBelongToItFromItsReturnToItsExit() throws IOException {
        assertThat(strictly(format(), text("==7== Lackey, an example Valgrind tool",
                "SYSCALL[7,1](56) sys_clone ( 1200011, 0x0, 0x0, 0x4a27a10, 0x0 )   clone(fork): process 7 created child 8",
                " --> [pre-success] Success(0x8) ", "I  04919353,6", " --> [pre-success] Success(0x0) ",
                "I  04919353,6",
                "SYSCALL[8,1](231) exit_group( 3 ) --> [pre-success] Success(0x0) ", "==8== ", "I  04919359,2")))
                .containsExactly(new TraceRecord(FORK, 7, 2, 0, 0, 8, 0, 0x1200011, -1, 0),
                        access(FETCH, 7, 4, 0x04919353, 6), access(FETCH, 8, 6, 0x04919353, 6),
                        call(EXIT, 8, 7, 0, 0, 3), access(FETCH, 7, 9, 0x04919359, 2));
    }

    /** valgrind turns a vfork into a fork, and its log says so: number 58 is vfork. */
    @Test
    void vforkIsAForkAndAThreadSharesTheSpace() throws IOException {
        assertThat(strictly(format(), text("SYSCALL[7,1](58) sys_fork ( )   fork: process 7 created child 9",
                "SYSCALL[7,1](56) sys_clone ( 3d0f00, 0x5229f70, 0x522a990, 0x522a990, 0x522a6c0 ) --> [pre-success] Success(0xa) ")))
                .containsExactly(new TraceRecord(FORK, 7, 1, 0, 0, 9, 0, 17, -1, 0),
                        new TraceRecord(CLONE_VM, 7, 2, 0, 0, 10, 0, 0x3d0f00, -1, 0));
    }

    @Test
    void failedExecveAndDeathBySignalAreRecorded() throws IOException {
        assertThat(strictly(format(), text(
                "SYSCALL[7,1](59) sys_execve ( 0x10a006(/no, where), 0x1fff0005f0, 0x1fff000798 ) --> [pre-fail] Failure(0x2) ",
                "==7== Process terminating with default action of signal 11 (SIGSEGV)")))
                .containsExactly(call(EXECVE, 7, 1, 0, 0, -2), call(EXIT, 7, 2, 0, 0, 128 + 11));
    }

    private static TraceRecord access(final RecordKind kind, final int pid, final long line, final long address,
            final long length) {
        return new TraceRecord(kind, pid, line, address, length, 0, 0, 0, 0, 0);
    }

    private static TraceRecord call(final RecordKind kind, final int pid, final long line, final long address,
            final long length, final long result) {
        return new TraceRecord(kind, pid, line, address, length, result, 0, 0, -1, 0);
    }
}
