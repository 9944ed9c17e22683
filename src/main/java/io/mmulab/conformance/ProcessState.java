package io.mmulab.conformance;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A process after an operation.
 *
 * @param alive false after exit, and after execve, when the script's program is gone
 * @param vmas those of the script, in order of addresses
 * @param pages by address; a page that is not here has nothing to show
 */
record ProcessState(boolean alive, List<VmaState> vmas, NavigableMap<Long, PageState> pages) {
    static final ProcessState DEAD = new ProcessState(false, List.of(), new TreeMap<>());

    ProcessState {
        vmas = List.copyOf(vmas);
    }

    PageState page(long address) {
        PageState page = pages.get(address);
        return page == null ? PageState.NOTHING : page;
    }

}
