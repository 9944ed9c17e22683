# Functions of mm/ that no suite of the kernel asserts by itself: reclaim, swap, KSM, migration, huge pages. Each case is named by the
# function whose source says what must be so; the first part of its name is the file.

## memory.do_swap_page
config swap on
mmap A 4 rw private-anon
write A 0 1
write A 1 2
write A 2 3
madvise A 0 3 pageout
#= page A 0 swap
#= page A 2 swap
#= page A 3 none
read A 0
#= val 1
#= page A 0 present map=1
# since 6.11 a read of a page that is this process's alone maps it writable
#= [6.1] page A 0 ro
#= [6.12 7.3] page A 0 rw
write A 1 7
#= page A 1 rw dirty ae map=1
read A 1
#= val 7
read A 2
#= val 3
read A 3
#= val 0

## memory.do_swap_page.shared_by_fork
config swap on
mmap A 4 rw private-anon
write A 0 1
write A 1 2
write A 2 3
write A 3 4
madvise A 0 4 pageout
fork C
#= page A 0 swap
#= in C page A 3 swap
read A 0
#= val 1
#= page A 0 ro !ae map=1
in C read A 0
#= val 1
#= same A 0 = C A 0
#= page A 0 ro map=2
in C write A 0 9
#= differ A 0 = C A 0
#= in C page A 0 rw dirty ae map=1
in C write A 1 8
read A 0
#= val 1
read A 1
#= val 2
in C read A 1
#= val 8
in C read A 2
#= val 3
exit C
write A 0 5
#= page A 0 rw map=1
read A 2
#= val 3
read A 3
#= val 4

## memory.do_swap_page.write_reuses_the_last
config swap on
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 pageout
fork C
exit C
write A 0 2
#= page A 0 rw dirty ae map=1
read A 0
#= val 2

## memory.do_swap_page.read_only_mapping
config swap on
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 pageout
mprotect A 0 2 r
read A 0
#= val 1
#= page A 0 ro ae map=1
mprotect A 0 2 rw
write A 0 2
#= page A 0 rw map=1

## memory.do_swap_page.soft_dirty
#only [x86]
config swap on
mmap A 2 rw private-anon
write A 0 1
write A 1 2
clear_refs 4
madvise A 0 2 pageout
#= page A 0 swap !sd
read A 0
#= val 1
#= page A 0 ro !sd
write A 0 3
#= page A 0 rw sd
write A 1 3
#= page A 1 rw sd

## memory.zap_pte_range.swapped
config swap on
mmap A 4 rw private-anon
write A 0 1
write A 1 2
write A 2 3
write A 3 4
madvise A 0 4 pageout
fork C
munmap A 0 2
madvise A 2 1 dontneed
#= page A 2 none
#= in C page A 0 swap
in C read A 0
#= val 1
in C read A 2
#= val 3
read A 2
#= val 0
read A 3
#= val 4
exit C
munmap A 3 1

## memory.zap_pte_range.swapped_in_by_one
config swap on
mmap A 2 rw private-anon
write A 0 1
write A 1 2
madvise A 0 2 pageout
fork C
read A 0
#= val 1
munmap A 0 1
in C read A 0
#= val 1
#= in C page A 0 map=1
in C read A 1
#= val 2
munmap A 1 1
in C munmap A 0 2

## mremap.move_ptes.swapped
config swap on
mmap A 2 rw private-anon
write A 0 1
write A 1 2
madvise A 0 1 pageout
mmap H 8 none private-anon
mremap A 0 2 2 to H+2 as B
#= page B 0 swap
read B 0
#= val 1
read B 1
#= val 2

## swapfile.try_to_unuse
config swap on
mmap A 4 rw private-anon
write A 0 1
write A 1 2
write A 3 4
madvise A 0 4 pageout
fork C
in C read A 1
#= val 2
config swap off
#= page A 0 ro map=2
#= same A 0 = C A 0
#= page A 1 ro map=2
#= same A 1 = C A 1
#= page A 2 none
#= same A 3 = C A 3
read A 0
#= val 1
in C read A 3
#= val 4
write A 3 6
#= differ A 3 = C A 3
in C read A 3
#= val 4

## swapfile.try_to_unuse.exclusive
config swap on
mmap A 2 rw private-anon
write A 0 1
write A 1 2
madvise A 0 2 pageout
config swap off
#= page A 0 ro ae map=1
write A 0 3
#= page A 0 rw dirty ae map=1
read A 1
#= val 2
madvise A 0 2 pageout
#= page A 0 present
#= page A 1 present

## swapfile.try_to_unuse.shmem
config swap on
file f 4 tmpfs
mmap A 4 rw shared-file file f 0
write A 0 1
write A 2 3
madvise A 0 4 pageout
#= page A 0 none
#= page A 2 none
config swap off
read A 0
#= val 1
pread f 2
#= val 3

## vmscan.shmem_writepage
config swap on
file f 4 tmpfs
mmap A 4 rw shared-file file f 0
write A 0 1
write A 1 2
write A 2 3
madvise A 0 3 pageout
#= page A 0 none
read A 0
#= val 1
#= page A 0 present map=1
write A 1 9
#= page A 1 rw dirty map=1
pread f 1
#= val 9
pread f 2
#= val 3
madvise A 0 3 pageout
fork C
in C read A 2
#= val 3
read A 2
#= same A 2 = C A 2
truncate f 1
read A 1
#= SIGBUS ADRERR
read A 0
#= val 1

## vmscan.shmem_writepage.punched
config swap on
file f 4 tmpfs
mmap A 4 rw shared-file file f 0
write A 0 1
write A 1 2
madvise A 0 2 pageout
punch f 0 1
read A 0
#= val 0
read A 1
#= val 2

## vmscan.shrink_folio_list.file
file f 4 ext
mmap A 4 r shared-file file f 0
read A 0
madvise A 0 4 pageout
#= page A 0 none
read A 0
#= page A 0 present

## vmscan.shrink_folio_list.dirty_file_stays
file f 4 ext
mmap A 4 rw shared-file file f 0
write A 0 5
madvise A 0 1 pageout
read A 0
#= val 5

## vmscan.shrink_folio_list.no_swap
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 pageout
#= page A 0 rw dirty ae map=1
read A 0
#= val 1

## madvise.cold_or_pageout.shared_stays
config swap on
mmap A 2 rw private-anon
write A 0 1
fork C
madvise A 0 2 pageout
#= page A 0 present map=2
exit C
madvise A 0 2 pageout
#= page A 0 swap

## madvise.cold_or_pageout.locked
config swap on
mmap A 2 rw private-anon
write A 0 1
mlock A 0 2
madvise A 0 2 pageout
#= EINVAL
#= page A 0 present
munlock A 0 2
madvise A 0 2 pageout
#= page A 0 swap

## madvise.cold_or_pageout.two_tables
config swap on
mmap A 1024 rw private-anon
write A 0 1
write A 511 2
write A 512 3
write A 1023 4
madvise A 0 1024 pageout
#= page A 0 swap
#= page A 511 swap
#= page A 512 swap
#= page A 1023 swap
read A 511
#= val 2
read A 512
#= val 3

## rmap.try_to_unmap_one.pinned
config swap on
mmap A 2 rw private-anon
write A 0 1
write A 1 2
pin A 0 1
madvise A 0 2 pageout
#= page A 0 rw ae map=1
#= page A 1 swap
unpin
madvise A 0 2 pageout
#= page A 0 swap
read A 0
#= val 1

## madvise.free.dropped_by_reclaim
mmap A 4 rw private-anon
write A 0 1
write A 1 2
madvise A 0 2 free
#= page A 0 present clean
read A 0
#= val 1
write A 1 5
madvise A 0 2 pageout
#= page A 0 none
#= page A 1 present map=1
read A 0
#= val 0
read A 1
#= val 5

## madvise.free.swapped
config swap on
mmap A 4 rw private-anon
write A 0 1
write A 1 2
madvise A 0 2 pageout
madvise A 0 1 free
#= page A 0 none
#= page A 1 swap
read A 0
#= val 0
read A 1
#= val 2

## madvise.free.mapped_twice
mmap A 2 rw private-anon
write A 0 1
fork C
madvise A 0 1 free
exit C
read A 0
#= val 1

## madvise.free.in_swap_cache
config swap on
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 pageout
fork C
read A 0
#= val 1
exit C
madvise A 0 1 free
#= page A 0 present clean
madvise A 0 1 pageout
#= page A 0 none
read A 0
#= val 0

## ksm.cmp_and_merge_page
mmap A 6 rw private-anon
write A 0 7
write A 1 7
write A 2 8
write A 3 7
read A 4
madvise A 0 6 mergeable
ksm scan
#= same A 0 = A 1
#= same A 0 = A 3
#= differ A 0 = A 2
#= page A 0 ro !ae map=3
#= page A 2 map=1
#= page A 4 zero
write A 1 9
#= page A 1 rw dirty ae map=1
#= page A 0 map=2
read A 0
#= val 7
read A 3
#= val 7
write A 2 7
ksm scan
#= same A 2 = A 0
#= page A 0 map=3
#= page A 1 map=1
munmap A 0 1
munmap A 2 2

## ksm.two_processes
mmap A 2 rw private-anon
write A 0 7
fork C
in C write A 0 7
#= differ A 0 = C A 0
madvise A 0 2 mergeable
in C madvise A 0 2 mergeable
ksm scan
#= same A 0 = C A 0
#= page A 0 ro map=2
in C write A 0 8
read A 0
#= val 7
#= page A 0 map=1
in C read A 0
#= val 8

## ksm.only_where_advised
mmap A 2 rw private-anon
mmap B 2 rw private-anon
write A 0 7
write B 0 7
madvise A 0 2 mergeable
ksm scan
#= differ A 0 = B 0
#= page A 0 map=1

## ksm.stable_page_that_went
mmap A 2 rw private-anon
write A 0 7
write A 1 7
madvise A 0 2 mergeable
ksm scan
#= same A 0 = A 1
munmap A 0 2
mmap B 2 rw private-anon
write B 0 7
madvise B 0 2 mergeable
ksm scan
#= page B 0 map=1
write B 1 7
ksm scan
#= same B 0 = B 1
#= page B 0 map=2

## ksm.write_protect_page.pinned
mmap A 2 rw private-anon
write A 0 7
write A 1 7
pin A 0 1
madvise A 0 2 mergeable
ksm scan
#= differ A 0 = A 1
#= page A 0 rw dirty ae map=1
#= page A 1 map=1
read A 1
#= val 7
unpin
ksm scan
#= same A 0 = A 1

## ksm.write_protect_page.pinned_second
mmap A 2 rw private-anon
write A 0 7
write A 1 7
pin A 1 1
madvise A 0 2 mergeable
ksm scan
#= differ A 0 = A 1
#= page A 1 rw dirty ae map=1
read A 0
#= val 7

## ksm.unmerge_ksm_pages
mmap A 4 rw private-anon
write A 0 7
write A 1 7
write A 2 7
write A 3 7
madvise A 0 4 mergeable
ksm scan
#= page A 0 map=4
madvise A 0 2 unmergeable
#= page A 0 ae map=1
#= page A 1 ae map=1
#= same A 2 = A 3
#= page A 2 map=2
#= [6.1] page A 0 rw dirty
#= [6.12 7.3] page A 0 ro
read A 0
#= val 7
read A 3
#= val 7

## ksm.unmerge_and_remove_all_rmap_items
mmap A 2 rw private-anon
write A 0 7
fork C
in C write A 0 7
write A 1 7
madvise A 0 2 mergeable
in C madvise A 0 2 mergeable
ksm scan
#= page A 0 map=3
ksm unmerge
#= differ A 0 = A 1
#= differ A 0 = C A 0
#= page A 0 ae map=1
#= in C page A 0 ae map=1
in C read A 0
#= val 7

## ksm.fork_of_merged
mmap A 2 rw private-anon
write A 0 7
write A 1 7
madvise A 0 2 mergeable
ksm scan
fork C
#= page A 0 map=4
in C write A 0 8
#= page A 0 map=3
#= in C page A 0 map=1 ae rw
exit C
#= page A 0 map=2
read A 0
#= val 7

## migrate.do_pages_move
mmap A 4 rw private-anon
write A 0 1
write A 1 2
move_pages A 0 4 1
#= page A 0 rw dirty ae map=1
#= page A 1 rw dirty ae map=1
#= page A 2 none
read A 0
#= val 1
move_pages A 1 1 0
read A 1
#= val 2
write A 0 3
#= page A 0 rw

## migrate.do_pages_move.shared_stays
mmap A 2 rw private-anon
write A 0 1
write A 1 2
fork C
in C write A 1 3
move_pages A 0 2 1
#= same A 0 = C A 0
#= page A 0 map=2
read A 0
#= val 1
read A 1
#= val 2
in C read A 1
#= val 3

## migrate.do_pages_move.pinned
mmap A 2 rw private-anon
write A 0 1
write A 1 2
pin A 0 1
move_pages A 0 2 1
#= page A 0 rw ae map=1
#= page A 1 rw ae map=1
read A 0
#= val 1
unpin
move_pages A 0 2 1
read A 0
#= val 1

## migrate.read_only_stays_so
mmap A 2 rw private-anon
write A 0 1
fork C
exit C
move_pages A 0 1 1
#= page A 0 ro map=1
read A 0
#= val 1
write A 0 2
#= page A 0 rw ae map=1

## migrate.shmem
file f 2 tmpfs
mmap A 2 rw shared-file file f 0
write A 0 1
move_pages A 0 1 1
#= page A 0 present map=1
read A 0
#= val 1
pread f 0
#= val 1
write A 0 2
pread f 0
#= val 2

## migrate.swap_cache
config swap on
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 pageout
fork C
read A 0
#= val 1
move_pages A 0 1 1
read A 0
#= val 1
in C read A 0
#= val 1
#= in C page A 0 present

## migrate.huge
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 100 2
#= page A 0 huge rw
move_pages A 0 1 1
#= page A 0 huge rw dirty ae map=1
#= page A 511 huge
read A 100
#= val 2

## mempolicy.do_mbind
mmap A 4 rw private-anon
write A 0 1
write A 2 3
mbind A 0 4 1
#= vmas A 0-4:rw
#= page A 0 rw dirty ae map=1
read A 2
#= val 3
mbind A 1 1 0
#= vmas A 0-1:rw 1-2:rw 2-4:rw
mbind A 1 1 1
#= vmas A 0-4:rw
mbind A 0 4 7
#= EINVAL
munmap A 1 1
mbind A 0 4 0
#= EFAULT

## khugepaged.collapse_swapin_single_pte
config swap on
mmap A 512 rw private-anon
madvise A 0 512 populate_write
write A 10 3
madvise A 10 1 pageout
#= page A 10 swap
config thp always
madvise A 0 512 collapse
#= page A 0 huge
read A 10
#= val 3

## khugepaged.collapse_swap_cache
config swap on
mmap A 512 rw private-anon
write A 0 1
write A 10 3
madvise A 10 1 pageout
fork C
read A 10
#= val 3
exit C
write A 0 2
config thp always
madvise A 0 512 collapse
#= page A 0 huge
read A 10
#= val 3
munmap A 0 512

## khugepaged.collapse_pinned
mmap A 512 rw private-anon
write A 0 1
write A 5 2
pin A 5 1
config thp always
madvise A 0 512 collapse
#= EAGAIN
#= page A 5 rw !huge ae
unpin
madvise A 0 512 collapse
#= page A 5 huge

## khugepaged.collapse_again
mmap A 512 rw private-anon
write A 0 1
config thp always
madvise A 0 512 collapse
#= page A 0 huge
madvise A 0 512 collapse
#= page A 0 huge rw ae map=1

## khugepaged.collapse_zero_page
mmap A 512 rw private-anon
write A 0 1
read A 5
#= page A 5 zero
config thp always
madvise A 0 512 collapse
#= page A 5 huge !zero
read A 5
#= val 0

## khugepaged.madvise_collapse.second_is_empty
mmap A 1024 rw private-anon
write A 0 1
config thp always
madvise A 0 1024 collapse
#= EINVAL
#= page A 0 huge

## khugepaged.madvise_collapse.first_is_empty
mmap A 1024 rw private-anon
write A 512 1
config thp always
madvise A 0 1024 collapse
#= EINVAL
#= page A 0 none
# before 6.17 an empty range ends the call
#= [6.1 6.12] page A 512 !huge
#= [7.3] page A 512 huge

## khugepaged.madvise_collapse.short_range
mmap A 1024 rw private-anon
write A 0 1
config thp always
madvise A 1 600 collapse
#= page A 1 !huge
madvise A 1 100 collapse
#= [6.1 6.12] EINVAL
madvise A 0 100 collapse
#= page A 0 !huge

## khugepaged.madvise_collapse.refused
mmap A 512 rw private-anon
write A 0 1
madvise A 0 512 nohugepage
config thp always
madvise A 0 512 collapse
#= EINVAL
#= page A 0 !huge

## khugepaged.collapse_read_only
mmap A 512 rw private-anon
write A 0 1
mprotect A 0 512 r
config thp always
madvise A 0 512 collapse
# before 6.18 one page must be writable
#= [6.1 6.12] EINVAL
#= [6.1 6.12] page A 0 !huge ro
#= [7.3] page A 0 huge ro
read A 0
#= val 1

## khugepaged.collapse_large_folios
#only [6.12 7.3]
config mthp 64 always
mmap A 512 rw private-anon
write A 3 7
write A 100 8
#= same A 0 = A 0
config mthp 64 never
config thp always
madvise A 0 512 collapse
#= page A 3 huge rw
read A 3
#= val 7
read A 100
#= val 8
read A 99
#= val 0

## huge_memory.split_huge_pmd.mprotect
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 300 2
mprotect A 0 256 r
#= page A 0 ro !huge map=1
#= page A 300 rw !huge map=1
read A 300
#= val 2
write A 300 3
read A 0
#= val 1

## huge_memory.copy_huge_pmd
config thp always
mmap A 512 rw private-anon
write A 0 1
fork C
#= page A 0 huge ro !ae
#= same A 5 = C A 5
in C write A 5 9
#= in C page A 5 rw !huge ae
#= differ A 5 = C A 5
read A 5
#= val 0
in C read A 0
#= val 1
exit C
write A 0 2
#= page A 0 rw ae
read A 5
#= val 0

## huge_memory.change_huge_pmd
config thp always
mmap A 512 rw private-anon
write A 0 1
mprotect A 0 512 r
#= page A 0 huge ro
write A 0 2
#= SIGSEGV ACCERR
mprotect A 0 512 rw
# since 6.3 mprotect makes it writable at once
#= [6.1] page A 0 huge ro
#= [6.12 7.3] page A 0 huge rw
write A 0 2
#= page A 0 huge rw ae
mprotect A 0 512 none
#= page A 0 present ro
read A 0
#= SIGSEGV ACCERR
mprotect A 0 512 rw
read A 0
#= val 2

## huge_memory.change_huge_pmd.shared_by_fork
config thp always
mmap A 512 rw private-anon
write A 0 1
fork C
mprotect A 0 512 r
mprotect A 0 512 rw
#= page A 0 ro
write A 0 2
in C read A 0
#= val 1

## huge_memory.move_huge_pmd
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 7 8
mmap H 1536 none private-anon
munmap H 0 1536
mmap B 512 rw private-anon
munmap B 0 512
mremap A 0 512 512 to A+4096 as D
#= page D 7 huge rw
read D 7
#= val 8

## huge_memory.zap_huge_pmd
config thp always
mmap A 512 rw private-anon
write A 0 1
madvise A 0 512 dontneed
#= page A 0 none
read A 0
#= val 0
write A 0 4
munmap A 0 512

## huge_memory.madvise_free_huge_pmd.part
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 300 2
madvise A 0 100 dontneed
#= page A 0 none
#= page A 300 rw !huge
read A 300
#= val 2
munmap A 0 512

## huge_memory.copy_huge_pmd.pinned
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 5 6
pin A 5 1
fork C
#= page A 5 rw ae !huge map=1
#= differ A 5 = C A 5
#= differ A 0 = C A 0
write A 5 7
in C read A 5
#= val 6

## mprotect.change_pte_range.swapped
config swap on
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 pageout
mprotect A 0 2 r
mprotect A 0 2 rw
#= page A 0 swap
write A 0 2
#= page A 0 rw dirty ae map=1

## mlock.populate_swapped
config swap on
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 pageout
mlock A 0 2
#= page A 0 present
#= page A 1 present
read A 0
#= val 1
munlock A 0 2
munmap A 0 2

## migrate.mlocked
mmap A 2 rw private-anon
mlock A 0 2
write A 0 1
move_pages A 0 2 1
#= page A 0 present rw
munlock A 0 2
munmap A 0 2

## migrate.file
file f 2 ext
mmap A 2 rw shared-file file f 0
write A 0 1
read A 1
move_pages A 0 2 1
read A 0
#= val 1
write A 0 2
fsync f
#= page A 0 ro clean
write A 0 3
pread f 0
#= val 3

## userfaultfd.swapped_wp
#only [x86]
config swap on
mmap A 2 rw private-anon
write A 0 1
uffd open 1
uffd register A 0 2 wp
uffd wp A 0 1 on
madvise A 0 1 pageout
#= page A 0 swap
read A 0
#= val 1
#= page A 0 ro
uffd wp A 0 1 off
write A 0 2
read A 0
#= val 2

## memory.copy_nonpresent_pte.both_write
config swap on
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 pageout
fork C
write A 0 2
in C write A 0 3
read A 0
#= val 2
in C read A 0
#= val 3
#= page A 0 rw ae map=1
#= in C page A 0 rw ae map=1
exit C
munmap A 0 2

## memory.copy_nonpresent_pte.grandchild
config swap on
mmap A 1 rw private-anon
write A 0 1
madvise A 0 1 pageout
fork C
in C fork D
in D read A 0
#= val 1
in C read A 0
#= val 1
read A 0
#= val 1
#= page A 0 map=3
#= same C A 0 = D A 0
exit C
exit D
write A 0 2
#= page A 0 rw map=1

## truncate.private_copy
file f 2 tmpfs
mmap A 2 rw private-file file f 0
write A 1 5
truncate f 1
read A 1
#= SIGBUS ADRERR

## truncate.punch_keeps_private_copy
file f 2 tmpfs
mmap A 2 rw private-file file f 0
write A 1 5
punch f 1 1
read A 1
#= val 5

## swapfile.try_to_unuse.moved
config swap on
mmap A 2 rw private-anon
write A 0 1
write A 1 2
madvise A 0 2 pageout
fork C
mremap A 0 2 2 to A+64 as B
config swap off
read B 0
#= val 1
in C read A 0
#= val 1
#= same B 0 = C A 0
in C write A 1 4
read B 1
#= val 2

## memory.zap_pte_range.ksm
mmap A 4 rw private-anon
write A 0 7
write A 1 7
write A 2 7
madvise A 0 4 mergeable
ksm scan
madvise A 0 1 dontneed
#= page A 1 map=2
read A 0
#= val 0
munmap A 1 1
write A 2 8
#= page A 2 rw map=1

## mremap.move_vma.ksm
mmap A 4 rw private-anon
write A 0 7
write A 1 7
madvise A 0 4 mergeable
ksm scan
mremap A 0 1 1 to A+64 as B
#= differ B 0 = A 1
#= page B 0 ae map=1
write B 0 8
read A 1
#= val 7

## mprotect.change_pte_range.ksm
mmap A 2 rw private-anon
write A 0 7
write A 1 7
madvise A 0 2 mergeable
ksm scan
mprotect A 0 2 r
mprotect A 0 2 rw
#= page A 0 ro map=2
write A 0 8
read A 1
#= val 7

## memory.do_wp_page.last_sharer_of_ksm
mmap A 2 rw private-anon
write A 0 7
write A 1 7
madvise A 0 2 mergeable
ksm scan
write A 0 8
#= page A 1 ro map=1
write A 1 9
#= page A 1 rw ae map=1

## memory.do_swap_page.child_exits
config swap on
mmap A 2 rw private-anon
write A 0 1
madvise A 0 2 pageout
fork C
in C read A 0
in C write A 0 9
exit C
read A 0
#= val 1
config swap off
read A 0
#= val 1

## madvise.free.forked_later
mmap A 2 rw private-anon
write A 0 1
madvise A 0 1 free
fork C
madvise A 0 1 pageout
read A 0
#= val 1
in C read A 0
#= val 1
exit C
madvise A 0 1 pageout

## memory.__wp_page_copy_user.all_bytes
mmap A 4 rw private-anon
file F 4 tmpfs
mmap B 4 rw shared-file file F 0
mmap X 4 rw private-file file F 0
write A 0 1
writeb A 5
readb A 5
#= val 119
readb A 0
#= val 1
readb A 6
#= val 0
writeb B 4100
readb B 4096
#= val 17
readb X 4100
#= val 119
readb X 4097
#= val 17
writeb X 4101
readb X 4100
#= val 119
readb B 4101
#= val 17
fork C
in C readb A 5
#= val 119
in C writeb A 7
readb A 7
#= val 0
in C readb A 5
#= val 119
in C read A 0
#= val 1
pread F 1 0
#= val 17
madvise A 0 1 dontneed
readb A 5
#= val 0
exit C

## memory.do_swap_page.all_bytes
config swap on
mmap A 2 rw private-anon
write A 0 1
writeb A 5
madvise A 0 1 pageout
#= page A 0 swap
readb A 5
#= val 119
readb A 0
#= val 1
readb A 6
#= val 0

## ksm.pages_identical.all_bytes
mmap A 4 rw private-anon
write A 0 7
write A 1 7
write A 2 7
writeb A 5
writeb A 4101
madvise A 0 4 mergeable
ksm scan
#= same A 0 = A 1
#= differ A 0 = A 2
readb A 5
#= val 119
writeb A 4102
readb A 6
#= val 0
readb A 4101
#= val 119
