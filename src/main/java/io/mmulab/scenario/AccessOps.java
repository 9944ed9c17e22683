package io.mmulab.scenario;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Outcome.Signal;

/** Loads, stores and fetches of the processes themselves. */
final class AccessOps {
    private static final long BASE_PAGE = 4096;
    private static final int DEFAULT_VALUE = 0x5a;
    private static final int BYTE_VALUE = 0x77;
    /** First byte of a return instruction. */
    private static final int RET_X86 = 0xc3;
    private static final int RET_ARM64 = 0xc0;

    /** Opcodes up to this, followed by zeroes, add to memory on x86-64 and are undefined on arm64. */
    private static final int ADDITION = 1;

    private AccessOps() {}

    /** {@code read A i [n]}: the last byte read counts; stops at the first signal. */
    static Played read(Call call) {
        Region region = call.region(1);
        long pageSize = region == null ? BASE_PAGE : region.pageSize();
        long start = start(call, region);
        long count = call.line().size() > 3 ? call.decimal(3) : 1;
        Integer value = null;
        for (long i = 0; i < count; i++) {
            Outcome outcome = access(call, start + i * pageSize, AccessKind.READ, 0);
            if (outcome.signal() != null) {
                return Played.ok().withValue(value).withSignal(outcome.signal());
            }
            value = outcome.value();
        }
        return Played.ok().withValue(value);
    }

    static Played write(Call call) {
        return result(access(call, start(call, call.region(1)), AccessKind.WRITE, value(call)), null);
    }

    /** {@code rmw A i}: stores what it read, plus one. */
    static Played readModifyWrite(Call call) {
        Region region = call.region(1);
        long pageSize = region == null ? BASE_PAGE : region.pageSize();
        long start = start(call, region);
        long count = call.line().size() > 3 ? call.decimal(3) : 1;
        Integer value = null;
        for (long i = 0; i < count; i++) {
            Outcome read = access(call, start + i * pageSize, AccessKind.READ, 0);
            Integer found = read.value();
            if (read.signal() != null || found == null) {
                return result(read, value);
            }
            Outcome write = access(call, start + i * pageSize, AccessKind.WRITE, found + 1 & 0xff);
            if (write.signal() != null) {
                return result(write, value);
            }
            value = found;
        }
        return Played.ok().withValue(value);
    }

    /**
     * {@code exec A i}: calls what is there. A return instruction comes back; zeroes, after whatever small number, are no instruction on arm64, and on
     * x86-64 an addition to the byte at the called address, over and over to the end of what may be executed.
     */
    static Played exec(Call call) {
        long called = start(call, call.region(1));
        boolean x86 = call.player().isX86();
        for (long at = called;; at = (at & -BASE_PAGE) + BASE_PAGE) {
            Outcome fetch = access(call, at, AccessKind.EXEC, 0);
            Integer code = fetch.value();
            if (fetch.signal() != null || code == null || code > ADDITION) {
                return result(fetch, null);
            }
            if (!x86) {
                return Played.ok().withSignal(new Signal("SIGILL", "ILL_ILLOPC", at));
            }
            Outcome addition = rmw(call, called);
            if (addition.signal() != null) {
                return result(addition, null);
            }
        }
    }

    /** A load and a store of the same byte: the fault is a store's. */
    private static Outcome rmw(Call call, long address) {
        return access(call, address, AccessKind.WRITE, 0);
    }

    /** {@code putret A i}: stores a return instruction. */
    static Played putReturn(Call call) {
        Region region = call.region(1);
        if (region == null) {
            return call.crash();
        }
        int code = call.player().isX86() ? RET_X86 : RET_ARM64;
        return result(access(call, region.page(call.decimal(2)), AccessKind.WRITE, code), null);
    }

    /** {@code readb A offset}: exact to the byte. */
    static Played readByte(Call call) {
        Region region = call.region(1);
        if (region == null) {
            return call.crash();
        }
        Outcome outcome = access(call, region.base() + call.number(2), AccessKind.READ, 0);
        return result(outcome, outcome.value());
    }

    static Played writeByte(Call call) {
        Region region = call.region(1);
        return region == null ? call.crash()
                : result(access(call, region.base() + call.number(2), AccessKind.WRITE, BYTE_VALUE), null);
    }

    private static long start(Call call, @Nullable Region region) {
        return region == null ? call.process().places().resolve(call.word(1)) : region.page(call.decimal(2));
    }

    private static int value(Call call) {
        return call.line().size() > 3 ? (int) call.number(3) & 0xff : DEFAULT_VALUE;
    }

    private static Outcome access(Call call, long address, AccessKind kind, int value) {
        return call.apply(new Operation.Access(call.mm(), call.player().cpu(), address, kind, value));
    }

    private static Played result(Outcome outcome, @Nullable Integer value) {
        Signal signal = outcome.signal();
        return signal != null ? Played.ok().withValue(value).withSignal(signal) : Played.ok().withValue(value);
    }
}
