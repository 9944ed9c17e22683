package io.mmulab.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.kernel.coherence.CachedTranslation;
import io.mmulab.kernel.coherence.Verdict;
import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.lab.Machines;

/** What CPUs and devices have cached, held against the page tables. */
@RestController
@Tag(name = "devices")
class CoherenceController {
    private static final String QUERY = "coherence";

    private final Machines machines;

    CoherenceController(Machines machines) {
        this.machines = machines;
    }

    /**
     * An audit of all cached translations.
     *
     * @param translations all that are cached now
     * @param agreeing those that say what the page table says
     * @param allowed those that differ and may
     * @param violations those that differ and must not
     * @param verdicts how many got each verdict
     * @param items those that differ: of CPUs, then of devices, by address
     * @param next what to send as cursor for the part behind it; absent at the end
     */
    record CoherenceView(long translations, long agreeing, long allowed, long violations, Map<Verdict, Long> verdicts,
            List<TranslationView> items, @Nullable String next) {}

    /**
     * A cached translation that differs from the page table.
     *
     * @param cpu number of the CPU that caches it; absent if a device does
     * @param device name of the device that caches it; absent if a CPU does
     * @param addressSpace whose address it is
     * @param address of the page
     * @param frame that it leads to
     * @param writable whether it lets writes through
     * @param mappedFrame that the page table leads to now; absent if to none
     * @param mappedWritable whether the page table lets writes through now
     * @param verdict how it stands to the page table
     * @param allowed whether a correct kernel may leave it so
     * @param reason the verdict in words
     */
    record TranslationView(@Nullable Integer cpu, @Nullable String device, int addressSpace, @Address long address,
            int frame, boolean writable, @Nullable Integer mappedFrame, boolean mappedWritable, Verdict verdict,
            boolean allowed, String reason) {

        static TranslationView of(CachedTranslation cached) {
            boolean mapped = Pte.present(cached.pte());
            Verdict verdict = cached.verdict();
            return new TranslationView(cached.cpu() < 0 ? null : cached.cpu(),
                    cached.device().isEmpty() ? null : cached.device(), cached.mm(), cached.address(), cached.frame(),
                    cached.writable(), mapped ? Pte.frame(cached.pte()) : null, mapped && Pte.write(cached.pte()),
                    verdict,
                    verdict.isAllowed(), verdict.reason());
        }
    }

    @Operation(operationId = "auditCoherence", summary = "Audit cached translations",
            description = "Each translation that a CPU or a device caches is held against the page tables; those that differ "
                    + "are listed, with why they may or that they must not.")
    @GetMapping(ApiPaths.MACHINE + "/coherence")
    CoherenceView audit(@PathVariable String machine, @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        long from = Cursor.number(cursor, QUERY);
        return machines.look(machine, here -> view(here, from, limit));
    }

    private static CoherenceView view(Machine machine, long from, int limit) {
        List<TranslationView> items = new ArrayList<>();
        long[] seen = new long[1];
        Map<Verdict, Long> verdicts = machine.coherence().run(cached -> {
            if (seen[0] >= from && items.size() < limit) {
                items.add(TranslationView.of(cached));
            }
            seen[0]++;
        });
        long all = 0;
        long violations = 0;
        for (Map.Entry<Verdict, Long> each : verdicts.entrySet()) {
            all += each.getValue();
            violations += each.getKey().isAllowed() ? 0 : each.getValue();
        }
        long agreeing = verdicts.getOrDefault(Verdict.AGREES, 0L);
        long end = from + items.size();
        return new CoherenceView(all, agreeing, all - agreeing - violations, violations, verdicts, items,
                end < seen[0] ? new Cursor(QUERY, Long.toString(end)).encode() : null);
    }
}
