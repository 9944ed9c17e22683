package io.mmulab.lab.conformance;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.util.unit.DataSize;

import io.mmulab.conformance.ArchiveTooLargeException;
import io.mmulab.conformance.Budget;
import io.mmulab.conformance.BudgetExceededException;
import io.mmulab.conformance.Conformance;
import io.mmulab.conformance.ConformanceResult;
import io.mmulab.conformance.Difference;
import io.mmulab.conformance.NotClaimed;
import io.mmulab.conformance.Recording;
import io.mmulab.conformance.RecordingArchive;
import io.mmulab.conformance.RecordingArchive.Format;
import io.mmulab.conformance.RecordingException;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.lab.conformance.ConformanceAnswer.RecordingLine;

/** Compares uploaded recordings, a few requests at a time, each within a budget; nothing of them is kept. */
@Service
public class ConformanceRuns {
    /** Most differences that are listed in an answer; all are counted. */
    private static final int MAX_LISTED = 10_000;
    private static final int AT_ONCE = 4;
    private static final long MAX_OPERATIONS = 5_000_000;

    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final long maxBytes;
    private final Duration patience;

    ConformanceRuns(@Value("${mmulab.upload.max-size}") DataSize maxSize,
            @Value("${mmulab.conformance.patience}") Duration patience) {
        this.maxBytes = maxSize.toBytes();
        this.patience = patience;
    }

    /**
     * Compares one recording.
     *
     * @param machine what to make of the machine that stands for the recorded kernel
     * @throws UnreadableRecordingException if it is none
     * @throws RefusedException if it is too large, or takes too long
     * @throws TooManyRunsException if too many requests are at it
     */
    public ConformanceAnswer compare(InputStream recording, UnaryOperator<MachineSpec> machine) throws IOException {
        return inTurn(() -> {
            Totals totals = new Totals(machine);
            totals.add("", new BufferedReader(new InputStreamReader(bounded(recording), StandardCharsets.UTF_8)));
            return totals.answer();
        });
    }

    /** As {@link #compare}, for an archive of many. */
    public ConformanceAnswer compareAll(InputStream archive, Format format, UnaryOperator<MachineSpec> machine)
            throws IOException {
        return inTurn(() -> {
            Totals totals = new Totals(machine);
            try {
                RecordingArchive.read(bounded(archive), format, totals::add);
            } catch (ArchiveTooLargeException | TooLongException e) {
                throw e;
            } catch (IOException e) {
                throw new UnreadableRecordingException("", "the archive is broken: " + e.getMessage());
            }
            if (totals.recordings.isEmpty()) {
                throw new UnreadableRecordingException("", "the archive has no file that ends in .json or .ndjson");
            }
            return totals.answer();
        });
    }

    private InputStream bounded(InputStream in) {
        return new BoundedBody(in, maxBytes);
    }

    private ConformanceAnswer inTurn(Work work) throws IOException {
        if (!turns.tryAcquire()) {
            throw new TooManyRunsException(AT_ONCE);
        }
        try {
            return work.run();
        } catch (ArchiveTooLargeException | TooLongException | BudgetExceededException e) {
            throw new RefusedException(Reason.LIMIT_EXCEEDED, "", String.valueOf(e.getMessage()));
        } finally {
            turns.release();
        }
    }

    @FunctionalInterface
    private interface Work {
        ConformanceAnswer run() throws IOException;
    }

    /** The sums over the recordings of one request. */
    private final class Totals {
        private final UnaryOperator<MachineSpec> machine;
        private final Budget budget = Budget.of(MAX_OPERATIONS, patience);
        private final List<Difference> differences = new ArrayList<>();
        private final List<RecordingLine> recordings = new ArrayList<>();
        private int operations;
        private int compared;
        private int equal;
        private long found;

        Totals(UnaryOperator<MachineSpec> machine) {
            this.machine = machine;
        }

        void add(String entry, BufferedReader lines) throws IOException {
            ConformanceResult result;
            try {
                result = Conformance.run(entry, Recording.open(lines, machine), budget);
            } catch (RecordingException e) {
                throw new UnreadableRecordingException((entry.isEmpty() ? "" : entry + ": ") + "line " + e.line(),
                        e.problem());
            }
            operations += result.operations();
            compared += result.compared();
            equal += result.equal();
            found += result.found();
            differences.addAll(result.differences().subList(0,
                    Math.min(result.differences().size(), MAX_LISTED - differences.size())));
            recordings.add(new RecordingLine(result.recording(), result.kernel(), result.operations(),
                    result.compared(), result.equal(), result.found()));
        }

        ConformanceAnswer answer() {
            return new ConformanceAnswer(operations, compared, equal, found, List.copyOf(differences),
                    List.copyOf(recordings), NotClaimed.list());
        }
    }

    /** A body has more bytes than are read. */
    private static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(long limit) {
            super("the body has more than " + limit + " bytes");
        }
    }

    /** Ends a body that is longer than what is read. */
    private static final class BoundedBody extends FilterInputStream {
        private final long limit;
        private long count;

        BoundedBody(InputStream in, long limit) {
            super(in);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int bytes) throws TooLongException {
            count += bytes;
            if (count > limit) {
                throw new TooLongException(limit);
            }
        }
    }
}
