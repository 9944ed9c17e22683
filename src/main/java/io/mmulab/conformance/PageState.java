package io.mmulab.conformance;

/**
 * A base page as pagemap, kpagecount, kpageflags and its entry show it.
 *
 * @param level {@code pte}, {@code pmd}, {@code pud}, or {@code none} if nothing is present
 * @param pte letters of the entry; {@code marker} for an entry that is neither present nor none; else empty
 * @param mapcount entries that map the page; -1 where it is not shown
 * @param frame an id, equal for equal frames of one side; {@link #ZERO_PAGE}; 0 if nothing is present
 */
record PageState(String level, String pte, int mapcount, boolean exclusive, boolean anonExclusive, boolean file,
        boolean swap, boolean softDirty, boolean uffdWp, boolean guard, long frame) {
    static final String ABSENT = "none";
    /** Id of the zero page. */
    static final long ZERO_PAGE = -1;

    /** A page of which nothing is recorded. */
    static final PageState NOTHING =
            new PageState(ABSENT, "", -1, false, false, false, false, false, false, false, 0);

    boolean isPresent() {
        return !level.equals(ABSENT);
    }
}
