/** What userfaultfd tells user space, and what user space may do to the page table. */
@NullMarked
package io.mmulab.kernel.uffd;

import org.jspecify.annotations.NullMarked;
