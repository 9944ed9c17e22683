package io.mmulab.kernel.paging;

/**
 * All that a page holds, kept beside the page: equal content is content that KSM merges.
 *
 * @param first its first byte
 * @param rest what is behind it
 */
public record PageContent(byte first, PageRest rest) {
    /** One value everywhere. */
    public static PageContent filledWith(byte value) {
        return new PageContent(value, PageRest.filledWith(value));
    }
}
