package io.mmulab.kernel.thp;

/** {@code enum tva_type}: who asks whether a VMA may have huge pages. */
public enum ThpPurpose {
    /** A fault. */
    PAGE_FAULT,
    /** The line THPeligible of smaps. */
    SMAPS,
    /** khugepaged. */
    KHUGEPAGED,
    /** MADV_COLLAPSE, which does not ask the administrator. */
    FORCED_COLLAPSE
}
