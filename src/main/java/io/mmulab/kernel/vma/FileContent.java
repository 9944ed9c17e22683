package io.mmulab.kernel.vma;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.paging.PageContent;

/**
 * What is stored of a file beside its page cache: on the disk, or, for a tmpfs, what its pages held when the file was made.
 * All bytes of page {@code i} of a new file are {@code 0x10 + (i & 0x7f)}; what was written back or punched out since is kept
 * page by page, and what is beyond an earlier end is a hole.
 */
final class FileContent {
    private static final int FIRST_BYTE = 0x10;
    private static final int LAST_PATTERN = 0x7f;
    private static final PageContent ZEROES = PageContent.filledWith((byte) 0);
    private static final PageContent[] PATTERN = new PageContent[LAST_PATTERN + 1];

    static {
        for (int i = 0; i <= LAST_PATTERN; i++) {
            PATTERN[i] = PageContent.filledWith((byte) (FIRST_BYTE + i));
        }
    }

    /** By page; null is a hole. */
    private final Map<Long, @Nullable PageContent> changed = new HashMap<>();
    private long patternEnd;

    /**
     * Content of a new file.
     *
     * @param pages pages that hold the pattern; 0 for memory that starts as zeroes
     */
    FileContent(long pages) {
        patternEnd = pages;
    }

    /** Whether nothing is stored there: it reads as zeroes. */
    boolean isHole(long index) {
        return changed.containsKey(index) ? changed.get(index) == null : index >= patternEnd;
    }

    PageContent read(long index) {
        if (isHole(index)) {
            return ZEROES;
        }
        PageContent value = changed.get(index);
        return value != null ? value : PATTERN[(int) (index & LAST_PATTERN)];
    }

    void write(long index, PageContent value) {
        changed.put(index, value);
    }

    void punch(long index) {
        changed.put(index, null);
    }

    /** Forgets everything from a page on. */
    void truncate(long pages) {
        patternEnd = Math.min(patternEnd, pages);
        changed.keySet().removeIf(index -> index >= pages);
    }

    /** Pages that a trace shows to be there, though the file's size was not known. */
    void growTo(long pages) {
        patternEnd = Math.max(patternEnd, pages);
    }
}
