package io.mmulab.lab;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;

/**
 * What one user may ask for, so that others get their turn.
 *
 * @param machines machines that are kept
 * @param liveMachines machines that are in memory at once; the others are rebuilt when they are used
 * @param operationsPerRequest operations of one request
 * @param operationsPerMachine operations of a machine's life: they are repeated when it is rebuilt
 * @param addressSpaces address spaces that a machine makes in its life
 * @param devices devices that a machine has at a time
 * @param cpus CPUs of a machine
 * @param memoryPages base pages of a machine's physical memory
 * @param lengthBytes bytes of one mapping
 * @param definitions architectures, and kernel designs, that users have posted
 * @param filePages pages of a file, and of a shared anonymous mapping
 */
@Validated
@ConfigurationProperties("mmulab.limits")
public record Limits(@DefaultValue("10000") @Min(1) int machines, @DefaultValue("256") @Min(1) int liveMachines,
        @DefaultValue("1000") @Min(1) int operationsPerRequest,
        @DefaultValue("20000") @Min(1) long operationsPerMachine,
        @DefaultValue("1024") @Min(1) @Max(Machine.MAX_ADDRESS_SPACES) int addressSpaces,
        @DefaultValue("16") @Min(1) int devices,
        @DefaultValue("64") @Min(1) @Max(MachineSpec.MAX_CPUS) int cpus,
        @DefaultValue("4194304") @Min(1) @Max(MachineSpec.MAX_MEMORY_PAGES) int memoryPages,
        @DefaultValue("140737488355328") @Min(4096) long lengthBytes,
        @DefaultValue("1000") @Min(0) int definitions,
        @DefaultValue("65536") @Min(1) @Max(1 << 22) long filePages) {}
