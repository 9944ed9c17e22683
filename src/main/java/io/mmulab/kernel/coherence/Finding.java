package io.mmulab.kernel.coherence;

/**
 * A rule that an audit found broken.
 *
 * @param rule the rule
 * @param mm id of the address space, 0 if it is about none
 * @param address where, or 0
 * @param text what is and what should be
 */
public record Finding(AuditRule rule, int mm, long address, String text) {
    @Override
    public String toString() {
        return rule + " mm" + mm + " 0x" + Long.toHexString(address) + ": " + text;
    }
}
