package io.mmulab.kernel.paging;

/**
 * Who maps a large folio: {@code folio->_large_mapcount}, {@code _mm_id} and {@code _mm_id_mapcount}
 * ({@code include/linux/rmap.h}). Two address spaces have a slot each; a third one is counted in the total only, so that a
 * folio can be thought shared when it no longer is.
 */
final class LargeMapcount {
    private static final int NOBODY = 0;

    private int total;
    private int first = NOBODY;
    private int second = NOBODY;
    private int ofFirst;
    private int ofSecond;
    private boolean shared;

    /** {@code folio_add_return_large_mapcount}. */
    void add(int mm, int mappings) {
        total += mappings;
        if (first == mm) {
            ofFirst += mappings;
        } else if (second == mm) {
            ofSecond += mappings;
        } else if (first == NOBODY) {
            first = mm;
            ofFirst = mappings;
            shared |= total != mappings;
        } else if (second == NOBODY) {
            second = mm;
            ofSecond = mappings;
            shared = true;
        }
    }

    /** {@code folio_sub_return_large_mapcount}. */
    void subtract(int mm, int mappings) {
        total -= mappings;
        if (total < 0) {
            throw new IllegalStateException("a large folio was unmapped more often than mapped");
        }
        if (first == mm) {
            ofFirst -= mappings;
            if (ofFirst > 0) {
                return;
            }
            first = NOBODY;
            ofFirst = 0;
        } else if (second == mm) {
            ofSecond -= mappings;
            if (ofSecond > 0) {
                return;
            }
            second = NOBODY;
            ofSecond = 0;
        }
        if (ofFirst == total || ofSecond == total) {
            shared = false;
        }
    }

    /** {@code folio_mapcount}. */
    int total() {
        return total;
    }

    /** {@code folio_maybe_mapped_shared}. */
    boolean maybeShared() {
        return shared;
    }
}
