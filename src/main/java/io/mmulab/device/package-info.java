/**
 * The secondary MMUs: each a {@link io.mmulab.kernel.secondary.SecondaryMmu} that the kernel drives through its notifier
 * callbacks and that a user drives through accesses. {@link io.mmulab.device.DeviceModels} lists them and makes them.
 *
 * <p>To add an IOMMU that walks the CPU's page table: a row in {@code IommuModels}, and a nested class in the contract's
 * tests. To add any other device: extend {@code BoundDevice}, which binds, unbinds and counts; say which callbacks it has, what it
 * caches on an access and what each callback drops; report every use of a cached entry, every drop and every access that
 * faulted to {@code MmuServices.observer()}, as the checker sees a device through these reports only. Then add one row to
 * the table in {@code DeviceModels}, with its rules in words, its options and its sources, and a test class that extends
 * {@code SecondaryMmuContract}. Nothing here reads a clock, takes a random number or keeps state outside its machine.
 */
@NullMarked
package io.mmulab.device;

import org.jspecify.annotations.NullMarked;
