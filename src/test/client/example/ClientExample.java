package example;

import java.util.List;
import java.util.Set;

import io.mmulab.client.ApiClient;
import io.mmulab.client.ApiException;
import io.mmulab.client.api.EventsApi;
import io.mmulab.client.api.EventsApi.APIFindEventsRequest;
import io.mmulab.client.api.MachinesApi;
import io.mmulab.client.api.MachinesApi.APICreateMachineRequest;
import io.mmulab.client.api.OperationsApi;
import io.mmulab.client.api.OperationsApi.APIApplyOperationsRequest;
import io.mmulab.client.api.ScenariosApi;
import io.mmulab.client.api.ScenariosApi.APIGetScenarioRequest;
import io.mmulab.client.model.AccessOperation;
import io.mmulab.client.model.ByteCount;
import io.mmulab.client.model.Device;
import io.mmulab.client.model.DeviceAccessOperation;
import io.mmulab.client.model.EventRow;
import io.mmulab.client.model.ExitOperation;
import io.mmulab.client.model.ForkOperation;
import io.mmulab.client.model.MachineRequest;
import io.mmulab.client.model.MmapOperation;
import io.mmulab.client.model.Operation;
import io.mmulab.client.model.Outcome;

/** The generated client's first user: a device that is left on a stale read-only entry, and the statement about it. */
public final class ClientExample {
    private static final String PAGE = "0x7f0000000000";

    private ClientExample() {}

    /** Returns how the device's write ended, the rule that this broke, and whose statement it is. */
    public static List<String> run(String url) throws ApiException {
        ApiClient client = new ApiClient();
        client.updateBaseUri(url);
        String machine = new MachinesApi(client).createMachine(APICreateMachineRequest.newBuilder()
                .machineRequest(new MachineRequest().architecture("arm64").kernelDesign("linux-6.3")
                        .devices(List.of(new Device().name("smmu").model("smmuv3-sva"))))
                .build()).getId();
        List<Outcome> outcomes = new OperationsApi(client).applyOperations(APIApplyOperationsRequest.newBuilder()
                .machine(machine)
                .operation(List.of(mmap(), write(), fork(), device(DeviceAccessOperation.AccessEnum.READ), exit(),
                        write(), device(DeviceAccessOperation.AccessEnum.WRITE)))
                .build());
        List<EventRow> broken = new EventsApi(client).findEvents(APIFindEventsRequest.newBuilder()
                .machine(machine).phase(Set.of("VIOLATION")).build()).getItems();
        String who = new ScenariosApi(client).getScenario(APIGetScenarioRequest.newBuilder().scenario("T9").build())
                .getWho();
        return List.of(outcomes.getLast().getDeviceStatus().toString(), broken.getFirst().getViolation().toString(),
                who);
    }

    private static Operation mmap() {
        return new Operation(new MmapOperation().op(MmapOperation.OpEnum.MMAP).mm(1).address(PAGE)
                .length(new ByteCount("4k"))
                .addProtItem(MmapOperation.ProtEnum.PROT_READ).addProtItem(MmapOperation.ProtEnum.PROT_WRITE)
                .addFlagsItem(MmapOperation.FlagsEnum.MAP_PRIVATE)
                .addFlagsItem(MmapOperation.FlagsEnum.MAP_ANONYMOUS));
    }

    private static Operation write() {
        return new Operation(new AccessOperation().op(AccessOperation.OpEnum.ACCESS).mm(1).address(PAGE)
                .access(AccessOperation.AccessEnum.WRITE));
    }

    private static Operation fork() {
        return new Operation(new ForkOperation().op(ForkOperation.OpEnum.FORK).mm(1));
    }

    private static Operation exit() {
        return new Operation(new ExitOperation().op(ExitOperation.OpEnum.EXIT).mm(2));
    }

    private static Operation device(DeviceAccessOperation.AccessEnum access) {
        return new Operation(new DeviceAccessOperation().op(DeviceAccessOperation.OpEnum.DEVICE_ACCESS).device("smmu")
                .address(PAGE).access(access));
    }
}
