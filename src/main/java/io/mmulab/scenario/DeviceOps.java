package io.mmulab.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.DeviceCommand;

/** Devices of any model by the name that the script gives them. A guest of KVM is one whose guest addresses are the host's. */
final class DeviceOps {
    private static final int FIRST_OPTION = 4;
    private static final int DEFAULT_VALUE = 0x44;

    private DeviceOps() {}

    /** The words after the model are options. */
    static void check(ScriptLine line) {
        for (int i = FIRST_OPTION; i < line.size(); i++) {
            if (line.word(i).indexOf('=') < 1) {
                throw new ScriptException(line.number(), "dev attach: option=value expected, not " + line.word(i));
            }
        }
    }

    /** {@code dev attach NAME MODEL [option=value]...}: bound to the process's address space. */
    static Played attach(Call call) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = FIRST_OPTION; i < call.line().size(); i++) {
            String[] option = call.word(i).split("=", 2);
            options.put(option[0], option[1]);
        }
        return call.syscall(new Operation.AttachDevice(call.word(2), call.word(3), call.mm(), options));
    }

    static Played detach(Call call) {
        return call.syscall(new Operation.DetachDevice(call.word(2)));
    }

    static Played read(Call call) {
        return access(call, AccessKind.READ, 0);
    }

    static Played write(Call call) {
        return access(call, AccessKind.WRITE,
                call.line().size() > 5 ? (int) call.number(5) & 0xff : DEFAULT_VALUE);
    }

    /** {@code dev COMMAND D A i n [value]}: pages i to i+n of region A. */
    static Played command(Call call, DeviceCommand command) {
        Region region = call.region(3);
        if (region == null) {
            return Played.refused("no region");
        }
        int value = call.line().size() > 6 ? (int) call.number(6) & 0xff : 0;
        Outcome outcome = call.apply(new Operation.CommandDevice(call.word(2), command, region.page(call.decimal(4)),
                call.number(5) * region.pageSize(), value));
        if (outcome.error() != null) {
            return Played.failed(outcome.error());
        }
        List<String> pages = outcome.devicePages();
        String seen = pages == null ? "" : " " + String.join(" ", pages);
        return Played.ok().withValue(outcome.value()).withNote("pages=" + outcome.result() + seen);
    }

    private static Played access(Call call, AccessKind kind, int value) {
        Region region = call.region(3);
        if (region == null) {
            return Played.refused("no region");
        }
        Outcome outcome =
                call.apply(new Operation.DeviceAccess(call.word(2), region.page(call.decimal(4)), kind, value));
        if (outcome.error() != null) {
            return Played.failed(outcome.error());
        }
        AccessStatus status = outcome.deviceStatus();
        String how = status == null ? "none" : status.name().toLowerCase(Locale.ROOT);
        return Played.ok().withValue(outcome.value()).withNote("device " + how + " faults=" + outcome.faultCount());
    }
}
