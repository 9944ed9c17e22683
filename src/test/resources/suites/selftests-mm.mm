# tools/testing/selftests/mm, several programs; the case's name begins with the program's

## map_fixed_noreplace
mmap A 5 rw private-anon
munmap A 0 5
mmap B 3 rw private-anon at A+1
mmap C 5 rw private-anon at A+0
#= EEXIST
mmap C 1 rw private-anon at A+2
#= EEXIST
mmap C 2 rw private-anon at A+3
#= EEXIST
mmap C 2 rw private-anon at A+0
#= EEXIST
mmap D 1 rw private-anon at A+0
mmap E 1 rw private-anon at A+4
#= vmas A 0-5:rw

## mremap_test.expand_merge
mmap A 3 rw private-anon
write A 0 1
write A 2 3
munmap A 1 1
mremap A 0 1 2
#= vmas A 0-3:rw
read A 2
#= val 3

## mremap_test.expand_merge_offset
mmap A 4 rw private-anon
write A 0 1
munmap A 2 1
mremap A 1 1 2
#= vmas A 0-4:rw

## mremap_test.misaligned
mmap A 4 rw private-anon
mremap A 0 2 2 to 0x200100000800 as B
#= EINVAL

## mremap_test.overlapping
mmap A 4 rw private-anon
mremap A 0 3 3 to A+1 as B
#= EINVAL

## mremap_test.within_range
mmap A 8 rw private-anon
write A 0 1
write A 2 3
write A 5 6
write A 7 8
mremap A 2 1 1 to A+5 as B
read A 5
#= val 3
read A 0
#= val 1
read A 7
#= val 8
read A 2
#= SIGSEGV MAPERR

## mremap_test.moves_data
mmap A 6 rw private-anon
write A 0 11
write A 5 16
mremap A 0 6 6 to new as B
read B 0
#= val 11
read B 5
#= val 16
read B 3
#= val 0
read A 0
#= SIGSEGV MAPERR

## mremap_dontunmap.simple
mmap A 5 rw private-anon
write A 0 88
write A 4 89
mremap A 0 5 5 to new dontunmap as B
read A 0
#= val 0
read A 4
#= val 0
read B 0
#= val 88
read B 4
#= val 89

## mremap_dontunmap.simple_shmem
memfd f 5
mmap A 5 rw shared-file file f 0
write A 0 88
mremap A 0 5 5 to new dontunmap as B
#= [6.1 6.12 7.3] vmas A 0-5:rw
read A 0
#= val 88
read B 0
#= val 88

## mremap_dontunmap.partial_mapping
mmap A 10 rw private-anon
write A 0 1
write A 5 6
mremap A 0 5 5 to new dontunmap as B
read A 0
#= val 0
read A 5
#= val 6
read B 0
#= val 1

## mremap_dontunmap.over_existing
mmap A 5 rw private-anon
mmap B 5 rw private-anon
write A 1 88
write B 1 99
mremap A 0 5 5 to B+0 dontunmap as C
read C 1
#= val 88
read A 1
#= val 0

## mremap_dontunmap.errors
mmap A 5 rw private-anon
mremap A 0 5 4 to new dontunmap as B
#= EINVAL

## mlock2_tests.mlock_middle_page
mmap A 3 rw private-anon
mlock2 A 1 1
#= vmas A 0-1:rw 1-2:rw 2-3:rw
munlock A 1 1
#= vmas A 0-3:rw

## mlock2_tests.mlock_populates
mmap A 3 rw private-anon
mlock A 0 2
#= page A 0 present rw
#= page A 1 present rw
#= page A 2 none

## mlock2_tests.mlock_onfault_does_not_populate
mmap A 3 rw private-anon
mlock2 A 0 3
#= page A 0 none
#= page A 1 none
read A 1
#= val 0
#= page A 1 present
munlock A 0 3
#= vmas A 0-3:rw

## madv_populate.prot_read
mmap A 4 r private-anon
madvise A 0 4 populate_write
#= EINVAL
madvise A 0 4 populate_read
#= page A 0 present
#= page A 3 present

## madv_populate.prot_write
mmap A 4 w private-anon
madvise A 0 4 populate_read
#= EINVAL
madvise A 0 4 populate_write
#= page A 3 present dirty

## madv_populate.hole_in_the_middle
mmap A 5 rw private-anon
munmap A 2 1
madvise A 0 5 populate_read
#= ENOMEM
#= page A 1 present
madvise A 0 5 populate_write
#= ENOMEM
#= page A 1 present rw

## madv_populate.hole_at_the_start_and_end
mmap A 5 rw private-anon
munmap A 0 1
madvise A 0 5 populate_read
#= ENOMEM
munmap A 4 1
madvise A 1 4 populate_write
#= ENOMEM
#= page A 3 present rw

## madv_populate.populate_read_then_write
mmap A 2 rw private-anon
madvise A 0 2 populate_read
#= page A 0 zero ro
madvise A 0 2 populate_write
#= page A 0 present rw dirty

## madv_populate.softdirty
#only [x86]
mmap A 2 rw private-anon
clear_refs 4
madvise A 0 1 populate_read
#= page A 0 !sd
madvise A 0 1 populate_write
#= page A 0 sd

## soft_dirty.simple
#only [x86]
mmap A 1 rw private-anon
write A 0 1
clear_refs 4
#= page A 0 present !sd
write A 0 2
#= page A 0 sd
clear_refs 4
#= page A 0 !sd
read A 0
#= page A 0 !sd
write A 0 3
#= page A 0 sd

## soft_dirty.vma_reuse
#only [x86]
mmap A 1 rw private-anon
write A 0 1
clear_refs 4
#= page A 0 !sd
munmap A 0 1
mmap B 1 rw private-anon at A+0
write B 0 1
#= page B 0 sd

## soft_dirty.mprotect_anon
#only [x86]
mmap A 1 rw private-anon
write A 0 1
clear_refs 4
mprotect A 0 1 r
mprotect A 0 1 rw
#= page A 0 !sd
write A 0 2
#= page A 0 sd

## soft_dirty.mprotect_file
#only [x86]
file f 2 ext
mmap A 2 rw shared-file file f 0
write A 0 1
clear_refs 4
mprotect A 0 1 r
mprotect A 0 1 rw
#= page A 0 !sd
write A 0 2
#= page A 0 sd

## cow.anon_parent_write_not_seen_by_child
mmap A 1 rw private-anon
write A 0 1
fork C
write A 0 2
in C read A 0
#= val 1
#= differ A 0 = C A 0

## cow.anon_child_write_not_seen_by_parent
mmap A 1 rw private-anon
write A 0 1
fork C
in C write A 0 2
read A 0
#= val 1

## cow.anon_mprotect_after_fork
mmap A 1 rw private-anon
write A 0 1
fork C
mprotect A 0 1 r
mprotect A 0 1 rw
#= page A 0 ro
write A 0 2
in C read A 0
#= val 1

## cow.anon_thp
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 300 2
#= page A 0 huge
fork C
write A 300 3
in C read A 300
#= val 2
in C write A 0 4
read A 0
#= val 1

## cow.anon_thp_pte_mapped
config thp always
mmap A 512 rw private-anon
write A 0 1
mprotect A 511 1 r
mprotect A 511 1 rw
fork C
write A 0 2
in C read A 0
#= val 1

## cow.anon_hugetlb
config hugepages 4
mmap A 1 rw hugetlb-private
write A 0 1
fork C
write A 0 2
in C read A 0
#= val 1

## cow.rw_pin_before_fork_stays_with_the_parent
mmap A 1 rw private-anon
write A 0 1
pin A 0 1
fork C
#= page A 0 rw ae
#= differ A 0 = C A 0
write A 0 2
in C read A 0
#= val 1
unpin

## cow.private_zero_page
mmap A 1 rw private-anon
read A 0
#= val 0
#= page A 0 zero ro
write A 0 1
#= page A 0 present rw ae
read A 0
#= val 1

## cow.private_memfd
memfd f 1
mmap A 1 rw private-file file f 0
read A 0
#= val 0
write A 0 1
pread f 0
#= val 0

## cow.private_tmpfile
file f 1 tmpfs
mmap A 1 rw private-file file f 0
read A 0
#= val 16
write A 0 1
pread f 0
#= val 16
read A 0
#= val 1

## cow.private_huge_zero_page
config thp always
mmap A 512 rw private-anon
read A 5
#= val 0
#= page A 5 huge zero
write A 5 1
read A 5
#= val 1
read A 6
#= val 0

## cow.private_hugetlb_memfd
config hugepages 4
memfd f 1 huge
mmap A 1 rw hugetlb-shared-file file f 0
write A 0 1
mmap B 1 rw hugetlb-shared-file file f 0
read B 0
#= val 1

## mkdirty.pte_mapped_thp
config thp always
mmap A 512 rw private-anon
write A 0 1
mprotect A 0 512 r
munmap A 511 1
write A 0 3
#= SIGSEGV ACCERR
read A 0
#= val 1

## hugetlb_madvise.unaligned
config hugepages 2
mmap A 2 rw hugetlb-private
madviseb A 4096 4096 dontneed
#= EINVAL
write A 0 1
# the end is rounded down, to nothing
madviseb A 0 4096 dontneed
read A 0
#= val 1

## hugetlb_madvise.private_file_keeps_the_file
config hugepages 4
memfd f 2 huge
mmap A 2 rw hugetlb-shared-file file f 0
write A 0 1
madvise A 0 2 dontneed
#= pool 4 3 1 0
read A 0
#= val 1

## hugetlb_madvise.remove
config hugepages 4
memfd f 2 huge
mmap A 2 rw hugetlb-shared-file file f 0
write A 0 1
write A 1 2
#= pool 4 2 0 0
madvise A 0 1 remove
#= pool 4 3 0 0
read A 0
#= val 0
read A 1
#= val 2

## hugetlb_fault_after_madv
config hugepages 1
mmap A 1 rw hugetlb-private
write A 0 1
madvise A 0 1 dontneed
write A 0 2
read A 0
#= val 2
#= pool 1 0 0 0

## hugetlb_madv_vs_map
config hugepages 1
mmap A 1 rw hugetlb-private
mmap B 1 rw hugetlb-private
#= ENOMEM
madvise A 0 1 dontneed
mmap B 1 rw hugetlb-private
#= ENOMEM
munmap A 0 1
mmap B 1 rw hugetlb-private

## hugepage_mremap
config hugepages 2
mmap A 2 rw hugetlb-private
write A 0 7
write A 1 8
mremap A 0 2 2 to 0x200200000000 as B
read B 0
#= val 7
read B 1
#= val 8
read A 0
#= SIGSEGV MAPERR
mremap B 0 2 1
#= pool 2 1 0 0

## khugepaged.collapse_full
mmap A 512 rw private-anon
madvise A 0 512 populate_write
write A 7 9
#= page A 0 !huge
config thp always
madvise A 0 512 collapse
#= page A 0 huge
read A 7
#= val 9

## khugepaged.collapse_single_pte_entry
mmap A 512 rw private-anon
write A 0 9
config thp always
madvise A 0 512 collapse
#= page A 0 huge
read A 0
#= val 9
read A 500
#= val 0

## khugepaged.collapse_empty
mmap A 512 rw private-anon
config thp always
madvise A 0 512 collapse
#= EINVAL

## khugepaged.collapse_fork
mmap A 512 rw private-anon
write A 0 9
fork C
config thp always
# before 7.3 a range without any writable page is not collapsed
in C write A 1 8
in C madvise A 0 512 collapse
#= in C page A 0 huge
#= page A 0 !huge
in C write A 0 10
read A 0
#= val 9

## khugepaged.collapse_too_small
mmap A 511 rw private-anon
write A 0 1
config thp always
madvise A 0 511 collapse
#= EINVAL

## guard_regions.basic
#only [7.3]
mmap A 5 rw private-anon
write A 0 1
write A 1 2
madvise A 1 2 guard_install
read A 1
#= SIGSEGV MAPERR
write A 2 1
#= SIGSEGV MAPERR
read A 0
#= val 1
#= vmas A 0-5:rw
madvise A 1 2 guard_remove
read A 1
#= val 0

## guard_regions.multi_vma_hole
#only [7.3]
mmap A 6 rw private-anon
munmap A 2 1
madvise A 0 6 guard_install
#= ENOMEM
read A 0
#= SIGSEGV MAPERR
read A 5
#= SIGSEGV MAPERR
madvise A 0 6 guard_remove
#= ENOMEM
write A 5 1

## guard_regions.munmap_drops
#only [7.3]
mmap A 3 rw private-anon
madvise A 0 3 guard_install
munmap A 0 3
mmap B 3 rw private-anon at A+0
write B 0 1
write B 2 1

## guard_regions.mprotect_keeps
#only [7.3]
mmap A 2 rw private-anon
madvise A 0 2 guard_install
mprotect A 0 2 r
mprotect A 0 2 rw
read A 0
#= SIGSEGV MAPERR

## guard_regions.fork
#only [7.3]
mmap A 2 rw private-anon
madvise A 0 1 guard_install
fork C
in C read A 0
#= SIGSEGV MAPERR
in C madvise A 0 1 guard_remove
in C write A 0 1
read A 0
#= SIGSEGV MAPERR

## guard_regions.remove_leaves_pages
#only [7.3]
mmap A 3 rw private-anon
write A 0 1
write A 2 3
madvise A 1 1 guard_install
madvise A 0 3 guard_remove
read A 0
#= val 1
read A 2
#= val 3

## uffd_unit.missing_anon
mmap A 3 rw private-anon
uffd open 0
uffd register A 0 3 missing
read A 0
#= val 238
write A 1 5
read A 1
#= val 5
uffd zeropage A 2 1
read A 2
#= val 0
uffd copy A 2 1
#= EEXIST

## uffd_unit.wp
mmap A 2 rw private-anon
write A 0 1
uffd open 0
uffd register A 0 2 wp
#= [arm64 6.1] EINVAL
uffd wp A 0 1 on
#= [arm64 6.1] ENOENT
#= [x86] page A 0 ro
write A 0 2
#= page A 0 rw
read A 0
#= val 2

## uffd_unit.unregister
mmap A 2 rw private-anon
uffd open 0
uffd register A 0 2 missing
uffd unregister A 0 2
read A 0
#= val 0

## split_huge_page.partial_munmap_keeps_content
config thp always
mmap A 1024 rw private-anon
write A 0 1
write A 100 2
write A 512 3
munmap A 0 1
read A 100
#= val 2
#= page A 100 !huge
#= page A 512 huge
read A 512
#= val 3

## split_huge_page.mprotect
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 9 2
mprotect A 0 8 r
#= page A 9 rw !huge
#= page A 0 ro
read A 9
#= val 2
write A 0 1
#= SIGSEGV ACCERR

## droppable_pages.free_and_rewrite
mmap A 2 rw private-anon
write A 0 1
write A 1 2
madvise A 0 2 free
#= page A 0 clean
write A 1 3
#= page A 1 dirty
read A 1
#= val 3

## mrelease.exit_frees_all
mmap A 4 rw private-anon
write A 0 1
fork C
in C write A 1 1
exit C
#= page A 0 map=1
