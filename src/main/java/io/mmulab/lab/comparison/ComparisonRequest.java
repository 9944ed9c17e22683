package io.mmulab.lab.comparison;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Operation;

/**
 * What to compare. Lists that are absent or empty mean: arm64 and x86-64; all four designs of the thread; an SMMU without
 * BTM, one with BTM, and KVM.
 *
 * @param architectures names of architectures
 * @param kernelDesigns names of kernel designs
 * @param devices devices as model or model:option=value,option=value
 * @param workload what the device does while a trace is played: none, mirror-reads (default), random
 * @param seed for the workload {@code random}; 1 unless said otherwise
 * @param lenient whether malformed lines of a trace are counted and passed over instead of ending the run
 * @param operations a scenario: run on each machine after address space 1 was made and the device bound to it under the
 *        name "device"; null when a trace is uploaded or a script is given
 * @param script a scenario as .mm text instead of a list of operations; its first process is address space 1
 */
public record ComparisonRequest(@Nullable List<String> architectures, @Nullable List<String> kernelDesigns,
        @Nullable List<String> devices, @Nullable String workload, @Nullable Long seed, @Nullable Boolean lenient,
        @Nullable List<Operation> operations, @Nullable String script) {}
