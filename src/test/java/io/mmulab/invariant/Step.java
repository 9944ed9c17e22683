package io.mmulab.invariant;

/**
 * A random choice of an operation, which means something in any state of a script: each number chooses among what there is.
 *
 * @param operation which kind
 * @param process which of the processes that are alive
 * @param region which of its regions
 * @param page which page of the region
 * @param count how many
 * @param extra whatever else there is to choose
 */
record Step(int operation, int process, int region, int page, int count, int extra) {

    /** One of several words. */
    static String pick(int choice, String... words) {
        return words[Math.floorMod(choice, words.length)];
    }
}
