package io.mmulab.kernel.fault;

/** How a fault was handled: the leaf of the kernel's decision tree that it reached. */
public enum FaultPath {
    /** No VMA at the address. */
    BAD_AREA("bad_area"),
    /** The VMA does not allow the access. */
    BAD_ACCESS("bad_area_access_error"),
    /** Anonymous read: the zero page. */
    ANONYMOUS_ZERO_PAGE("do_anonymous_page"),
    /** Anonymous write: a new page. */
    ANONYMOUS_PAGE("do_anonymous_page"),
    /** First touch of an aligned 2 MiB range: a huge page, or for a read the huge page of zeroes. */
    HUGE_ANONYMOUS_PAGE("do_huge_pmd_anonymous_page"),
    /** Write-protect fault on a huge page: upgraded in place, or replaced if it was the huge page of zeroes. */
    HUGE_WP("do_huge_pmd_wp_page"),
    /** A file page was read by mapping what the cache had around it. */
    FAULT_AROUND("do_fault_around"),
    /** A file page was mapped. */
    READ_FAULT("do_read_fault"),
    /** A swapped-out page was brought in. */
    SWAP_IN("do_swap_page"),
    /** First write to a private file page: a copy. */
    COW_FAULT("do_cow_fault"),
    /** First write to a shared file page. */
    SHARED_FAULT("do_shared_fault"),
    /** Write-protect fault on a page that nobody else uses: upgraded in place. */
    WP_REUSE("wp_page_reuse"),
    /** Write-protect fault on a shared file page: upgraded in place after page_mkwrite. */
    WP_SHARED("wp_page_shared"),
    /** Write-protect fault: copied. */
    WP_COPY("wp_page_copy"),
    /** Given to user space. */
    USERFAULT("handle_userfault"),
    /** A marker stood in the entry: a guard, poison, or write protection of a page that was not there. */
    PTE_MARKER("handle_pte_marker"),
    /** A page became private to its owner for a pin, read-only as before. */
    UNSHARE("do_wp_page"),
    /** The page was in a device's memory and came back. */
    MIGRATE_TO_RAM("do_swap_page"),
    /** A device had the page for itself and was told. */
    DEVICE_EXCLUSIVE("remove_device_exclusive_entry"),
    /** The OOM reaper has emptied the address space: what is missing stays so. */
    UNSTABLE("check_stable_address_space"),
    /** A hugetlb page was mapped where none was. */
    HUGETLB_NO_PAGE("hugetlb_no_page"),
    /** Write-protect fault on a hugetlb page that nobody else maps: upgraded in place. */
    HUGETLB_WP_REUSE("hugetlb_wp"),
    /** Write-protect fault on a shared hugetlb page: upgraded in place. */
    HUGETLB_WP_SHARED("hugetlb_wp"),
    /** Write-protect fault on a hugetlb page: copied, or refused because the pool is empty. */
    HUGETLB_WP_COPY("hugetlb_wp"),
    /** A present, permitted entry was made young or dirty. */
    SET_ACCESS_FLAGS("handle_pte_fault"),
    /** The entry already allowed the access. */
    SPURIOUS("handle_pte_fault");

    private final String function;

    FaultPath(String function) {
        this.function = function;
    }

    /** The kernel function that decided it. */
    public String function() {
        return function;
    }
}
