package io.mmulab.history;

import io.mmulab.kernel.machine.Address;

/**
 * A page of 4 KiB and the events whose ranges begin in it.
 *
 * @param page its first byte
 * @param events how many
 * @param entriesDropped cached entries that devices dropped
 * @param spuriousZaps of these, still right
 */
public record PageHeat(@Address long page, long events, long entriesDropped, long spuriousZaps) {}
