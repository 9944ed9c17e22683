package io.mmulab.trace;

import static io.mmulab.trace.RecordKind.BRK;
import static io.mmulab.trace.RecordKind.CLONE_VM;
import static io.mmulab.trace.RecordKind.EXECVE;
import static io.mmulab.trace.RecordKind.EXIT;
import static io.mmulab.trace.RecordKind.FORK;
import static io.mmulab.trace.RecordKind.MADVISE;
import static io.mmulab.trace.RecordKind.MINCORE;
import static io.mmulab.trace.RecordKind.MLOCK;
import static io.mmulab.trace.RecordKind.MLOCKALL;
import static io.mmulab.trace.RecordKind.MMAP;
import static io.mmulab.trace.RecordKind.MPROTECT;
import static io.mmulab.trace.RecordKind.MREMAP;
import static io.mmulab.trace.RecordKind.MSYNC;
import static io.mmulab.trace.RecordKind.MUNLOCK;
import static io.mmulab.trace.RecordKind.MUNLOCKALL;
import static io.mmulab.trace.RecordKind.MUNMAP;
import static io.mmulab.trace.RecordKind.OTHER;
import static io.mmulab.trace.TraceRecord.strictly;
import static io.mmulab.trace.TraceRecord.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StraceReaderTest extends TraceReaderContract {

    @Override
    TraceFormat format() {
        return TraceFormat.STRACE;
    }

    @Override
    byte[] sample() {
        return TraceRecord.resource("gcc.strace");
    }

    /** Figures found by grep. */
    @Test
    void bashHasExactlyTheRecordsOfItsLog() throws IOException {
        final List<TraceRecord> records = real("bash-fork.strace");
        assertThat(counts(records)).isEqualTo(Map.of(MMAP, 201, MUNMAP, 17, MPROTECT, 28, BRK, 27, EXECVE, 9, FORK, 16,
                EXIT, 17));
        assertThat(mappedBytes(records)).isEqualTo(39_601_412);
        assertThat(records).first().isEqualTo(call(EXECVE, 9247, 1, 0));
        assertThat(records).last().isEqualTo(call(EXIT, 9247, 378, 0));
        assertThat(records).contains(new TraceRecord(FORK, 9247, 35, 0, 0, 9248, 0, 0x1200011, -1, 0));
        assertThat(rootsOf(records)).containsExactly(9247);
    }

    @Test
    void gccHasExactlyTheRecordsOfItsLog() throws IOException {
        final List<TraceRecord> records = real("gcc.strace");
        assertThat(counts(records)).isEqualTo(Map.of(MMAP, 146, MUNMAP, 8, MPROTECT, 33, BRK, 80, EXECVE, 13, CLONE_VM,
                4, EXIT, 5));
        assertThat(mappedBytes(records)).isEqualTo(45_245_403);
        assertThat(records).filteredOn(traced -> traced.kind() == EXECVE && traced.result() == -2).hasSize(8);
        assertThat(records).last().isEqualTo(call(EXIT, 9171, 314, 0));
        assertThat(rootsOf(records)).containsExactly(9171);
    }

    @Test
    void pythonHasExactlyTheRecordsOfItsLog() throws IOException {
        final List<TraceRecord> records = real("python.strace");
        assertThat(counts(records)).isEqualTo(Map.of(MMAP, 1022, MUNMAP, 119, MPROTECT, 149, BRK, 153, EXECVE, 237,
                FORK, 40, EXIT, 41));
        assertThat(mappedBytes(records)).isEqualTo(293_663_624);
        assertThat(records).filteredOn(traced -> traced.kind() == EXECVE && traced.result() == -2).hasSize(198);
        assertThat(records).last().isEqualTo(call(EXIT, 9180, 1935, 0));
        assertThat(rootsOf(records)).containsExactly(9180);
    }

    /** The four children of gcc speak before their parent's vfork returns; collect2 has one of them. */
    @Test
    void childOfAVforkIsIntroducedBeforeItsFirstRecord() throws IOException {
        assertThat(real("gcc.strace")).filteredOn(traced -> traced.kind() == CLONE_VM).containsExactly(
                new TraceRecord(CLONE_VM, 9171, 22, 0, 0, 9172, 0, 0x4111, -1, 0),
                new TraceRecord(CLONE_VM, 9171, 119, 0, 0, 9173, 0, 0x4111, -1, 0),
                new TraceRecord(CLONE_VM, 9171, 176, 0, 0, 9174, 0, 0x4111, -1, 0),
                new TraceRecord(CLONE_VM, 9174, 199, 0, 0, 9175, 0, 0x4111, -1, 0));
    }

    @Test
    void eachRealLogHasOneRoot() throws IOException {
        for (final String name : List.of("bash-fork.strace", "gcc.strace", "python.strace")) {
            try (TraceReader reader = format().open(TraceRecord.open(name))) {
                TraceRecord.rest(reader, 10);
                assertThat(reader.statistics().roots()).isEqualTo(1);
                assertThat(reader.statistics().unfinished()).isZero();
            }
        }
    }

    @Test
    void callsThatMakeNoRecordAreCountedByName() throws IOException {
        try (TraceReader reader = format().open(TraceRecord.open("python.strace"))) {
            TraceRecord.rest(reader, 1000);
            assertThat(reader.statistics().ignored())
                    .isEqualTo(Map.of("wait4", 80L, "exit_group", 41L, "(signal)", 40L));
        }
    }

    @Test
    void argumentsBecomeColumns() throws IOException {
        assertThat(read(
                "7 mmap(0x7fe608724000, 1400832, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED, 3, 0x26000) = 0x7fe608724000",
                "7 mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM (Cannot allocate memory)",
                "7 munmap(0x1000, 37611)        = 0", "7 mprotect(0x1000, 16384, PROT_READ|PROT_GROWSDOWN) = 0",
                "7 pkey_mprotect(0x1000, 4096, PROT_WRITE, 1) = 0", "7 brk(NULL) = 0x296ec000",
                "7 mremap(0x1000, 4096, 8192, MREMAP_MAYMOVE|MREMAP_FIXED, 0x9000) = 0x9000",
                "7 madvise(0x1000, 8368128, MADV_COLLAPSE) = -1 EINVAL (Invalid argument)", "7 mlock(0x1000, 1) = 0",
                "7 mlock2(0x1000, 1, MLOCK_ONFAULT) = 0", "7 munlock(0x1000, 1) = 0",
                "7 mlockall(MCL_CURRENT|MCL_FUTURE) = 0", "7 munlockall() = 0", "7 msync(0x1000, 1, MS_SYNC) = 0",
                "7 mincore(0x1000, 4096, [1]) = 0", "7 mbind(0x1000, 4096, MPOL_BIND, [0x1], 65, 0) = 0"))
                .containsExactly(
                        new TraceRecord(MMAP, 7, 1, 0x7fe608724000L, 1_400_832, 0x7fe608724000L, 5, 0x12, 3,
                                0x26000),
                        new TraceRecord(MMAP, 7, 2, 0, 8192, -12, 0, 0x22, -1, 0),
                        new TraceRecord(MUNMAP, 7, 3, 0x1000, 37_611, 0, 0, 0, -1, 0),
                        new TraceRecord(MPROTECT, 7, 4, 0x1000, 16_384, 0, 0x1000001, 0, -1, 0),
                        new TraceRecord(MPROTECT, 7, 5, 0x1000, 4096, 0, 2, 0, -1, 0),
                        new TraceRecord(BRK, 7, 6, 0, 0, 0x296ec000, 0, 0, -1, 0),
                        new TraceRecord(MREMAP, 7, 7, 0x1000, 4096, 0x9000, 0, 3, -1, 8192),
                        new TraceRecord(MADVISE, 7, 8, 0x1000, 8_368_128, -22, 0, 25, -1, 0),
                        new TraceRecord(MLOCK, 7, 9, 0x1000, 1, 0, 0, 0, -1, 0),
                        new TraceRecord(MLOCK, 7, 10, 0x1000, 1, 0, 0, 1, -1, 0),
                        new TraceRecord(MUNLOCK, 7, 11, 0x1000, 1, 0, 0, 0, -1, 0),
                        new TraceRecord(MLOCKALL, 7, 12, 0, 0, 0, 0, 3, -1, 0), call(MUNLOCKALL, 7, 13, 0),
                        new TraceRecord(MSYNC, 7, 14, 0x1000, 1, 0, 0, 4, -1, 0),
                        new TraceRecord(MINCORE, 7, 15, 0x1000, 4096, 0, 0, 0, -1, 0), call(OTHER, 7, 16, 0));
    }

    /** Each is the same call. */
    @ParameterizedTest
    @ValueSource(strings = {"7  01:32:00 ", "7 01:32:00.049426 ", "15 1795397520.069349 ", "7      0.000030 ",
        "7 01:32:00 (+     0.000123) ", "[pid  7] ", "[pid     7] 01:32:00.049426 ", "", "01:32:00.049426 ",
        "     0.000030 ", "1795397520.069349 ", "1795397520 ", "7 2026-11-23T01:32:00+0000 "})
    void processAndTimeMayStandBeforeACall(final String prefix) throws IOException {
        final String call = "mprotect(0x1000, 4096, PROT_READ) = 0";
        final int pid = prefix.contains("7 ") || prefix.contains("7]") ? 7 : prefix.startsWith("15 ") ? 15 : 0;
        final TraceRecord expected = new TraceRecord(MPROTECT, pid, 1, 0x1000, 4096, 0, 1, 0, -1, 0);
        assertThat(read(prefix + call)).containsExactly(expected);
        assertThat(read(prefix + call + " <0.000014>")).containsExactly(expected);
    }

    /** By -X raw, -X verbose, and as huge page sizes are printed. */
    @Test
    void flagsMayBeNumbersAndShifts() throws IOException {
        assertThat(read("7 mmap(NULL, 33554432, 0x3, 0x22, -1, 0) = 0x7f1921e00000",
                "7 mmap(NULL, 4096, 0x3 /* PROT_READ|PROT_WRITE */, 34, 4294967295, 0) = 0x1000",
                "7 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0) = 0x1000",
                "7 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_HUGETLB|MAP_HUGE_1GB, -1, 0) = 0x1000",
                "7 mmap(NULL, 4096, PROT_READ|0x80, MAP_PRIVATE|0x200000 /* MAP_??? */, -1, 0) = 0x1000"))
                .extracting(TraceRecord::prot, TraceRecord::flags, TraceRecord::fd).containsExactly(
                        tuple(3, 0x22, -1),
                        tuple(3, 0x22, -1),
                        tuple(1, 0x40002 | 21 << 26, -1),
                        tuple(1, 0x40002 | 30 << 26, -1),
                        tuple(0x81, 0x200002, -1));
    }

    @Test
    void pathsBehindDescriptorsSeparateNothing() throws IOException {
        assertThat(read("7 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3</tmp/a, (b) \"c>, 0x1000) = 0x1000",
                "7 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 4</dev/zero<char 1:5>>, 0x2000) = 0x2000",
                "7 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 5<TCP:[127.0.0.1:1->127.0.0.1:2]>, 0) = 0x3000"))
                .extracting(TraceRecord::fd, TraceRecord::offset).containsExactly(
                        tuple(3, 0x1000L),
                        tuple(4, 0x2000L),
                        tuple(5, 0L));
    }

    @Test
    void stringsMayHoldEverything() throws IOException {
        assertThat(read(
                "7 execve(\"/bin/a)b\", [\"x, \\\"y\", \") = -1\", \"[{\\\\\", \"<unfinished ...>\"...], 0x7ffc /* 35 vars */) = 0",
                "7 execve(\"/usr/local/bin/as\", [\"as\"], 0x29718290 /* 40 (vars */) = -1 ENOENT (No such file or directory)"))
                .containsExactly(call(EXECVE, 7, 1, 0), call(EXECVE, 7, 2, -2));
    }

    @Test
    void callsOfSeveralProcessesAreJoined() throws IOException {
        assertThat(read("7 madvise(0x7fd52f7ff000, 8368128, MADV_DONTNEED <unfinished ...>",
                "8 mincore(0x1000, 4096,  <unfinished ...>", "9 wait4(-1,  <unfinished ...>",
                "7 --- SIGCHLD {si_signo=SIGCHLD, si_pid=9} ---", "8 <... mincore resumed>[1, 0]) = 0",
                "7 <... madvise resumed> )      = -1 EAGAIN (Resource temporarily unavailable)",
                "9 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 1}], 0, NULL) = 9"))
                .containsExactly(new TraceRecord(MINCORE, 8, 5, 0x1000, 4096, 0, 0, 0, -1, 0),
                        new TraceRecord(MADVISE, 7, 6, 0x7fd52f7ff000L, 8_368_128, -11, 0, 4, -1, 0));
    }

    @Test
    void callsThatNeverReturnMakeNoRecord() throws IOException {
        final byte[] text = text("7 munmap(0x1000, 4096) = ?", "7 exit_group(0)   = ?",
                "7 msync(0x1000, 4096, MS_SYNC) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
                "8 munmap(0x1000, 4096 <unfinished ...>) = ?", "9 mlock(0x1000, 4096 <unfinished ...>",
                "9 <... mlock resumed> <unfinished ...>) = ?", "9 +++ killed by SIGKILL +++",
                "7 brk(0x1000 <unfinished ...>", "8 brk(0x1000 <unfinished ...>", "8 +++ exited with 1 +++");
        try (TraceReader reader = open(text)) {
            assertThat(TraceRecord.rest(reader, 10)).containsExactly(call(EXIT, 9, 7, 128 + 9), call(EXIT, 8, 10, 1));
            assertThat(reader.statistics().unfinished()).isEqualTo(5);
            assertThat(reader.statistics().ignored()).isEqualTo(Map.of("exit_group", 1L, "(restarted)", 1L));
        }
    }

    @Test
    void cloneFlagsTellForkFromThread() throws IOException {
        assertThat(read("7 fork() = 8", "7 vfork() = 9",
                "7 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f65a12f8a10) = 10",
                "7 clone(child_stack=0x7f0, flags=CLONE_VM|CLONE_THREAD, parent_tid=[11], tls=0x7, child_tidptr=0x1) = 11",
                "7 clone3({flags=CLONE_VM|CLONE_VFORK, child_tid=0x1, exit_signal=SIGCHLD, stack=0x2, stack_size=0x9000}, 88) = 12",
                "7 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0, stack=0x2} => {parent_tid=[0]}, 88) = 13",
                "7 clone(child_stack=0, flags=0x1200000|17, child_tidptr=0x7f) = 14",
                "7 clone(0x10900, 0, 0, 0, 0) = 15",
                "7 clone3({flags=0, exit_signal=SIGCHLD}, 88) = -1 ENOMEM (Cannot allocate memory)"))
                .extracting(TraceRecord::kind, TraceRecord::result, TraceRecord::flags).containsExactly(
                        tuple(FORK, 8L, 17),
                        tuple(CLONE_VM, 9L, 0x4111),
                        tuple(FORK, 10L, 0x1200011),
                        tuple(CLONE_VM, 11L, 0x10100),
                        tuple(CLONE_VM, 12L, 0x4100),
                        tuple(CLONE_VM, 13L, 0x10100),
                        tuple(FORK, 14L, 0x1200011),
                        tuple(CLONE_VM, 15L, 0x10900),
                        tuple(FORK, -12L, 0));
    }

    @Test
    void childThatSpeaksFirstBelongsToTheOneForkUnderWay() throws IOException {
        assertThat(read("7 brk(NULL) = 0x1000", "7 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>",
                "8 brk(NULL) = 0x1000", "8 +++ exited with 0 +++", "7 <... clone resumed>, child_tidptr=0x1) = 8"))
                .extracting(TraceRecord::kind, TraceRecord::pid, TraceRecord::line, TraceRecord::result)
                .containsExactly(tuple(BRK, 7, 1L, 0x1000L),
                        tuple(FORK, 7, 3L, 8L),
                        tuple(BRK, 8, 3L, 0x1000L),
                        tuple(EXIT, 8, 4L, 0L));
    }

    /** Nothing is guessed: the children's records wait, and the order of lines stays. */
    @Test
    void withTwoForksUnderWayTheChildrenWaitForTheirParents() throws IOException {
        assertThat(
                read("7 fork() = 8", "7 fork( <unfinished ...>", "8 vfork( <unfinished ...>", "10 brk(NULL) = 0xa000",
                        "9 brk(NULL) = 0x9000", "7 <... fork resumed>) = 9", "7 brk(NULL) = 0x7000",
                        "8 <... vfork resumed>) = 10"))
                .containsExactly(new TraceRecord(FORK, 7, 1, 0, 0, 8, 0, 17, -1, 0),
                        new TraceRecord(CLONE_VM, 8, 4, 0, 0, 10, 0, 0x4111, -1, 0), call(BRK, 10, 4, 0xa000),
                        new TraceRecord(FORK, 7, 5, 0, 0, 9, 0, 17, -1, 0), call(BRK, 9, 5, 0x9000),
                        call(BRK, 7, 7, 0x7000));
    }

    @Test
    void childWhoseFlagsComeLaterWaitsForThem() throws IOException {
        assertThat(read("7 clone( <unfinished ...>", "8 brk(NULL) = 0x1000",
                "7 <... clone resumed>child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 8")).containsExactly(
                        new TraceRecord(CLONE_VM, 7, 2, 0, 0, 8, 0, 0x10100, -1, 0), call(BRK, 8, 2, 0x1000));
    }

    @Test
    void tooManyWaitingRecordsAreRefusedOrTheirProcessBecomesARoot() throws IOException {
        final var text = new StringBuilder("7 fork() = 8\n7 fork( <unfinished ...>\n8 fork( <unfinished ...>\n");
        text.append("9 brk(NULL) = 0x1000\n".repeat(20)).append("7 <... fork resumed>) = 10\n");
        final var limits = new TraceLimits(1 << 20, 250, 1000, 1 << 16, 100, 16);

        try (TraceReader strict = open(text.toString().getBytes(ISO_8859_1), Strictness.STRICT, limits)) {
            final TraceException exception = failure(strict);
            assertThat(exception.line()).isEqualTo(4);
            assertThat(exception.problem()).contains("process 9", "maxHeldRecords = 16");
        }
        try (TraceReader lenient = open(text.toString().getBytes(ISO_8859_1), Strictness.LENIENT, limits)) {
            final List<TraceRecord> records = TraceRecord.rest(lenient, 3);
            assertThat(records).filteredOn(traced -> traced.kind() == BRK).hasSize(20);
            assertThat(rootsOf(records)).containsExactly(7, 9);
            assertThat(lenient.statistics().roots()).isEqualTo(2);
            assertThat(lenient.statistics().malformed()).isEqualTo(1);
        }
    }

    @Test
    void processThatNoForkReturnsIsRefused() throws IOException {
        assertThat(problem("7 fork() = 8", "7 fork( <unfinished ...>", "8 fork( <unfinished ...>", "9 brk(NULL) = 0x1",
                "7 <... fork resumed>) = 10", "8 <... fork resumed>) = 11")).contains("process 9", "none of them");
        assertThat(problem("7 fork() = 8", "7 fork( <unfinished ...>", "8 fork( <unfinished ...>", "9 brk(NULL) = 0x1"))
                .contains("process 9", "the log ends");
    }

    @Test
    void forkThatReturnsAnotherChildThanTheOneSeenIsRefused() throws IOException {
        assertThat(problem("7 fork( <unfinished ...>", "8 brk(NULL) = 0x1", "7 <... fork resumed>) = 9"))
                .contains("returned 9", "process 8");
        assertThat(problem("7 brk(NULL) = 0x1", "8 brk(NULL) = 0x1", "7 fork() = 8")).contains("runs already");
    }

    /** A log of %memory alone has no forks in it. */
    @Test
    void processesWithoutAForkAreRoots() throws IOException {
        try (TraceReader reader = open(text("7 brk(NULL) = 0x1", "8 brk(NULL) = 0x1", "7 brk(NULL) = 0x1"))) {
            assertThat(TraceRecord.rest(reader, 10)).hasSize(3);
            assertThat(reader.statistics().roots()).isEqualTo(2);
        }
    }

    @Test
    void numberOfAProcessMayBeUsedAgainAfterItsExit() throws IOException {
        assertThat(read("7 fork() = 8", "8 +++ exited with 3 +++", "7 fork() = 8",
                "8 +++ killed by SIGSEGV (core dumped) +++"))
                .extracting(TraceRecord::kind, TraceRecord::result).containsExactly(
                        tuple(FORK, 8L), tuple(EXIT, 3L),
                        tuple(FORK, 8L),
                        tuple(EXIT, 128L + 11));
    }

    /** A thread that calls execve takes over the number of its process. */
    @Test
    void executingThreadGoesOnAsItsProcess() throws IOException {
        assertThat(read("7 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 8", "7 futex(0x1 <unfinished ...>",
                "8 execve(\"/bin/true\", [\"true\"], 0x7f <unfinished ...>", "7 +++ superseded by execve in pid 8 +++",
                "7 <... execve resumed>) = 0", "7 brk(NULL) = 0x1"))
                .extracting(TraceRecord::kind, TraceRecord::pid, TraceRecord::line).containsExactly(
                        tuple(CLONE_VM, 7, 1L),
                        tuple(EXIT, 8, 4L),
                        tuple(EXECVE, 7, 5L),
                        tuple(BRK, 7, 6L));
    }

    /** On a terminal a lone process has no number, and messages stand in the middle of lines. */
    @Test
    void logOfATerminalIsRead() throws IOException {
        assertThat(read("brk(NULL)                               = 0x1000",
                "clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLDstrace: Process 8 attached",
                ", child_tidptr=0x7f2dfdd69a10) = 8", "[pid     7] vfork( <unfinished ...>",
                "[pid     8] mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0strace: Process 9 attached",
                " <unfinished ...>", "[pid     9] +++ exited with 1 +++", "[pid     7] <... vfork resumed>)        = 9",
                "[pid     8] <... mmap resumed>)         = 0x5000", "[pid     8] +++ exited with 0 +++",
                "brk(NULL)                               = 0x2000", "+++ exited with 0 +++"))
                .containsExactly(call(BRK, 0, 1, 0x1000),
                        new TraceRecord(FORK, 0, 3, 0, 0, 8, 0, 0x1000011, -1, 0),
                        new TraceRecord(CLONE_VM, 0, 7, 0, 0, 9, 0, 0x4111, -1, 0), call(EXIT, 9, 7, 1),
                        new TraceRecord(MMAP, 8, 9, 0, 4096, 0x5000, 1, 0x22, -1, 0), call(EXIT, 8, 10, 0),
                        call(BRK, 0, 11, 0x2000), call(EXIT, 0, 12, 0));
    }

    @Test
    void lastProcessOfATerminalNeedsNoNumber() throws IOException {
        assertThat(read("fork() = 8", "[pid 7] +++ exited with 0 +++", "brk(NULL) = 0x1", "+++ exited with 0 +++"))
                .extracting(TraceRecord::pid).containsExactly(0, 0, 8, 8);
        assertThat(problem("fork() = 8", "fork() = 9", "+++ exited with 0 +++", "brk(NULL) = 0x1"))
                .contains("no known process");
    }

    @Test
    void childInAPidNamespaceHasTheNumberOfTheLog() throws IOException {
        assertThat(read("7 fork() = 2 /* 15975 in strace's PID NS */", "15975 brk(NULL) = 0x1"))
                .extracting(TraceRecord::result).containsExactly(15975L, 1L);
    }

    @Test
    void whatStraceSaysAboutItselfIsIgnored() throws IOException {
        try (TraceReader reader = open(text("strace: Process 8 attached", "Process 8 detached",
                "[ Process PID=8 runs in 32 bit mode. ]", " > /usr/lib/libc.so.6(mmap64+0x23) [0xf8e23]", "",
                "8 restart_syscall(<... resuming interrupted read ...>) = 0", "8 ???( <unfinished ...>"))) {
            assertThat(TraceRecord.rest(reader, 10)).isEmpty();
            assertThat(reader.statistics().ignored())
                    .isEqualTo(Map.of("(message)", 4L, "(blank)", 1L, "restart_syscall", 1L));
        }
    }

    @Test
    void callsThatAreOnlyCountedAreCountedByName() throws IOException {
        try (TraceReader reader = open(text("7 mbind(0x1000, 4096, MPOL_BIND, [0x1], 65, 0) = 0",
                "7 shmat(1, NULL, 0) = 0x7f0000000000", "7 mbind(0x1000, 4096, MPOL_BIND, [0x1], 65, 0) = 0"))) {
            assertThat(TraceRecord.rest(reader, 10)).extracting(TraceRecord::kind).containsOnly(OTHER);
            assertThat(reader.statistics().other()).isEqualTo(Map.of("mbind", 2L, "shmat", 1L));
        }
    }

    @Test
    void differentNamesAreCountedUpToABound() throws IOException {
        final var text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append("7 call").append(i).append("() = 0\n");
        }
        try (TraceReader reader = open(text.toString().getBytes(ISO_8859_1))) {
            TraceRecord.rest(reader, 10);
            assertThat(reader.statistics().ignored()).hasSize(257).containsEntry("(rest)", 44L);
        }
    }

    @Test
    void tooManyProcessesNameTheLimit() throws IOException {
        final byte[] text = text("7 fork() = 8", "7 fork() = 9", "7 fork() = 10");
        try (TraceReader reader = open(text, Strictness.LENIENT, new TraceLimits(1000, 250, 1000, 100, 3, 16))) {
            assertThat(failure(reader).problem()).contains("maxProcesses = 3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"brk(NULL)", "brk(NULL) =", "brk(NULL) = 0x", "brk(NULL) = zero", "brk(NULL) = 0x1000x",
        "brk() = 0x1000", "brk(NULL = 0x1000", "brk(NULL]) = 0x1000", "brk(\"NULL) = 0x1000", "brk(/* NULL) = 0x1000",
        "brk(0x12345678123456781) = 0x1000", "brk(18446744073709551616) = 0x1000",
        "mprotect(0x1000, 4096) = 0", "mprotect(0x1000, 4096, PROT_RAED) = 0", "mprotect(0x1000, 4096, ) = 0",
        "mprotect(0x1000, 4096, PROT_READ|) = 0", "mprotect(0x1000, many, PROT_READ) = 0",
        "mprotect(0x1000, 4096, PROT_READ) = -1", "mprotect(0x1000, 4096, PROT_READ) = -1 EWHAT (What)",
        "mmap(NULL, 4096, PROT_READ, 21<<MAP_SHIFT, -1, 0) = 0x1000", "clone(child_stack=NULL) = 8",
        "clone3(0x7ffc, 88) = 8", "fork() = 99999999999", "<... brk resumed>) = 0x1000", "<... brk) = 0x1000",
        "+++ exited +++", "+++ exited with x +++", "+++ superseded by execve in pid x +++", "+++ gone +++",
        "--- SIGCHLD", "brk", "7", "Segmentation fault"})
    void linesOfAnotherFormAreMalformed(final String line) throws IOException {
        try (TraceReader reader = open(text("7 brk(NULL) = 0x1000", "7 " + line))) {
            final TraceException exception = failure(reader);
            assertThat(exception).isNotNull();
            assertThat(exception.line()).isEqualTo(2);
            assertThat(exception.text()).isEqualTo("7 " + line);
        }
    }

    @Test
    void biggestAddressesAndLengthsAreUnsigned() throws IOException {
        assertThat(read("7 munmap(0xffffffffffffffff, 18446744073709551615) = -1 EINVAL (Invalid argument)"))
                .containsExactly(new TraceRecord(MUNMAP, 7, 1, -1, -1, -22, 0, 0, -1, 0));
    }

    @Test
    void callLeftOpenIsCountedAndTheNextIsRead() throws IOException {
        final byte[] text = text("7 brk(0x1 <unfinished ...>", "7 munmap(0x1000, 4096) = 0",
                "7 <... brk resumed>) = 0x1", "7 brk(NULL) = 0x1");
        try (TraceReader reader = open(text, Strictness.LENIENT, TraceLimits.DEFAULT)) {
            assertThat(TraceRecord.rest(reader, 10)).extracting(TraceRecord::kind).containsExactly(MUNMAP, BRK);
            assertThat(reader.statistics().examples()).extracting(MalformedLine::line).containsExactly(2L, 3L);
        }
    }

    /** What waits for its second half is kept for each process, so it must be short. */
    @Test
    void firstHalfMustBeShortUnlessNothingOfItIsKept() throws IOException {
        final String spaces = " ".repeat(2000);
        assertThat(problem("7 brk(" + spaces + " <unfinished ...>")).contains("longer than 1024");
        assertThat(problem("7 " + "x".repeat(2000) + "( <unfinished ...>")).contains("longer than 1024");
        assertThat(read("7 execve(" + spaces + " <unfinished ...>", "7 <... execve resumed>) = 0"))
                .containsExactly(call(EXECVE, 7, 2, 0));
    }

    private List<TraceRecord> real(final String name) throws IOException {
        return strictly(format(), TraceRecord.resource(name));
    }

    private List<TraceRecord> read(final String... lines) throws IOException {
        return strictly(format(), text(lines));
    }

    private String problem(final String... lines) throws IOException {
        try (TraceReader reader = open(text(lines))) {
            return failure(reader).problem();
        }
    }

    private static Map<RecordKind, Integer> counts(final List<TraceRecord> records) {
        final Map<RecordKind, Integer> counts = new EnumMap<>(RecordKind.class);
        records.forEach(traced -> counts.merge(traced.kind(), 1, Integer::sum));
        return counts;
    }

    private static long mappedBytes(final List<TraceRecord> records) {
        return records.stream().filter(traced -> traced.kind() == MMAP).mapToLong(TraceRecord::length).sum();
    }

    /** Processes that make a record before a fork introduces them. */
    private static Set<Integer> rootsOf(final List<TraceRecord> records) {
        final Set<Integer> alive = new HashSet<>();
        final Set<Integer> roots = new TreeSet<>();
        for (final TraceRecord traced : records) {
            if (alive.add(traced.pid())) {
                roots.add(traced.pid());
            }
            if ((traced.kind() == FORK || traced.kind() == CLONE_VM) && traced.result() > 0) {
                assertThat(alive.add((int) traced.result())).as("born once").isTrue();
            }
            if (traced.kind() == EXIT) {
                alive.remove(traced.pid());
            }
        }
        return roots;
    }

    private static TraceRecord call(final RecordKind kind, final int pid, final long line, final long result) {
        return new TraceRecord(kind, pid, line, 0, 0, result, 0, 0, -1, 0);
    }
}
