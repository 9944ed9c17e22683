# Linux Test Project, testcases/kernel/syscalls and testcases/kernel/mem

## mmap01
file f 2 tmpfs
mmap A 2 rw shared-file file f 0
write A 1 9
pread f 1
#= val 9

## mmap05
mmap A 1 none private-anon
read A 0
#= SIGSEGV ACCERR

## mmap09
file f 4 tmpfs
mmap A 4 rw shared-file file f 0
write A 3 1
truncate f 2
read A 1
#= val 17
read A 3
#= SIGBUS ADRERR
truncate f 4
read A 3
#= val 0

## mmap12
file f 4 tmpfs
mmap A 4 r private-file populate file f 0
#= page A 0 present
#= page A 3 present

## mmap13
file f 1 tmpfs
mmap A 2 rw shared-file file f 0
write A 0 1
write A 1 1
#= SIGBUS ADRERR

## mmap14
mmap A 3 rw private-anon locked
#= page A 0 present rw
#= page A 2 present rw

## mmap17
mmap A 1 rw private-anon
mmap B 1 rw private-anon at A+0
#= EEXIST

## mmap18.grows_into_free_space
mmap A 400 rw private-anon
munmap A 0 400
mmap B 2 rw private-anon at A+398 growsdown
write B -1 1
write B -50 1
read B -1
#= val 1

## mmap18.stops_at_the_guard
mmap A 300 rw private-anon
munmap A 10 290
mmap B 2 rw private-anon at A+298 growsdown
write B -10 1
# fewer than 256 pages would be left to A's end
write B -40 1
#= SIGSEGV MAPERR

## mremap02
mmap A 2 rw private-anon
mremap A 0 2 0
#= EINVAL

## mremap03
mmap A 2 rw private-anon
munmap A 0 2
mremap A 0 1 2 maymove
#= EFAULT

## mremap05.unaligned
mmap A 1 rw private-anon
mremap A 0 1 1 to 0x200300000010 as B
#= EINVAL

## mremap05.overlap
mmap A 2 rw private-anon
mremap A 0 2 2 to A+1 as B
#= EINVAL

## mremap05.move
mmap A 1 rw private-anon
write A 0 42
mremap A 0 1 1 to new as B
read B 0
#= val 42
read A 0
#= SIGSEGV MAPERR

## mremap05.replace
mmap A 1 rw private-anon
mmap B 1 rw private-anon
write A 0 42
write B 0 43
mremap A 0 1 1 to B+0 as C
read B 0
#= val 42

## mremap06.all_compatible
file f 3 tmpfs
mmap A 3 rw shared-file file f 0
mremap A 1 1 1 to new as B
mremap B 0 1 1 to A+1 as C
#= vmas A 0-3:rw
read A 0
#= val 16
read A 1
#= val 17
read A 2
#= val 18

## mremap06.third_page_incompatible
file f 3 tmpfs
mmap A 3 rw shared-file file f 0
mprotect A 2 1 none
mremap A 1 1 1 to new as B
mremap B 0 1 1 to A+1 as C
#= vmas A 0-2:rw 2-3:none
mprotect A 2 1 rw
#= vmas A 0-3:rw
read A 0
#= val 16
read A 1
#= val 17
read A 2
#= val 18

## mremap06.first_page_incompatible
file f 3 tmpfs
mmap A 3 rw shared-file file f 0
mprotect A 0 1 none
mremap A 1 1 1 to new as B
mremap B 0 1 1 to A+1 as C
#= vmas A 0-1:none 1-3:rw
mprotect A 0 1 rw
read A 0
#= val 16
read A 1
#= val 17
read A 2
#= val 18

## mprotect01.enomem
mmap A 1 rw private-anon
munmap A 0 1
mprotect A 0 1 r
#= ENOMEM

## mprotect01.einval
mmap A 2 rw private-anon
mprotectb A 1 1024 r
#= EINVAL

## mprotect02
mmap A 1 rw private-anon
write A 0 1
mprotect A 0 1 r
write A 0 2
#= SIGSEGV ACCERR
mprotect A 0 1 rw
write A 0 2
read A 0
#= val 2

## mprotect04.prot_none
mmap A 1 rw private-anon
write A 0 1
mprotect A 0 1 none
read A 0
#= SIGSEGV ACCERR

## mprotect04.prot_exec
mmap A 1 rw private-anon
putret A 0
exec A 0
#= SIGSEGV ACCERR
mprotect A 0 1 rx
exec A 0

## mprotect05
file f 5 tmpfs
mmap A 5 r shared-file file f 0
mprotect A 1 1 rx
mprotect A 3 1 rw
#= vmas A 0-1:r 1-2:rx 2-3:r 3-4:rw 4-5:r
mprotect A 1 4 r
#= vmas A 0-5:r

## madvise02.unaligned
mmap A 2 rw private-anon
madviseb A 1 4096 normal
#= EINVAL

## madvise02.locked
mmap A 2 rw private-anon
mlock A 0 2
madvise A 0 2 dontneed
#= EINVAL

## madvise02.free_of_a_file
file f 2 tmpfs
mmap A 2 rw shared-file file f 0
madvise A 0 2 free
#= EINVAL

## madvise02.wipeonfork_of_shared
mmap A 2 rw shared-anon
madvise A 0 2 wipeonfork
#= EINVAL

## madvise02.hole
mmap A 3 rw private-anon
munmap A 1 1
madvise A 0 3 random
#= ENOMEM
madvise A 0 3 willneed
#= ENOMEM

## madvise10
mmap A 2 rw private-anon
write A 0 7
madvise A 0 1 wipeonfork
fork C
in C read A 0
#= val 0
in C fork D
in D read A 0
#= val 0
read A 0
#= val 7
madvise A 0 1 keeponfork
#= vmas A 0-2:rw
fork E
in E read A 0
#= val 7

## munmap01
mmap A 2 rw private-anon
write A 0 1
munmap A 0 2
read A 0
#= SIGSEGV MAPERR

## munmap02
mmap A 4 rw private-anon
write A 0 1
munmap A 2 2
read A 0
#= val 1
read A 2
#= SIGSEGV MAPERR

## munmap03
mmap A 2 rw private-anon
munmapb A 1 4096
#= EINVAL
munmapb A 0 0
#= EINVAL

## mlock02
mmap A 2 rw private-anon
munmap A 0 2
mlock A 0 1
#= ENOMEM

## munlock02
mmap A 2 rw private-anon
munmap A 1 1
munlock A 0 2
#= ENOMEM

## msync03.unmapped
mmap A 2 rw private-anon
munmap A 0 2
msync A 0 1 sync
#= ENOMEM

## msync03.invalidate_locked
file f 2 tmpfs
mmap A 2 rw shared-file file f 0
mlock A 0 2
msync A 0 2 invalidate
#= EBUSY

## fork_shares_file_mappings
file f 2 tmpfs
mmap A 2 rw shared-file file f 0
fork C
in C write A 0 9
read A 0
#= val 9

## vma01
mmap A 3 rw private-anon
write A 1 1
fork C
in C munmap A 1 1
#= in C vmas A 0-1:rw 2-3:rw
in C mmap B 1 rw private-anon at A+1
#= in C vmas A 0-1:rw 1-2:rw 2-3:rw

## vma03_mremap_offsets
file f 6 tmpfs
mmap A 3 rw shared-file file f 3
mremap A 0 3 2
read A 1
#= val 20
read A 2
#= SIGSEGV MAPERR

## stack_guard_gap_is_kept
mmap A 600 rw private-anon
munmap A 0 599
mmap B 1 rw private-anon at A+340 growsdown
mmap C 1 rw private-anon at A+80
write B -1 1
#= vmas C 0-1:rw
write B -10 1
#= SIGSEGV MAPERR

## thp04_huge_zero_page
config thp always
mmap A 512 rw private-anon
read A 0
#= page A 0 huge zero
memwrite A 0 1 P
read A 1
#= val 0
mmap B 512 rw private-anon
read B 0
#= val 0

## hugemmap01
config hugepages 4
mmap A 4 rw hugetlb-shared
#= pool 4 4 4 0
write A 0 1
#= pool 4 3 3 0
munmap A 0 4
#= pool 4 4 0 0

## hugemmap10.private
config hugepages 3
#= pool 3 3 0 0
mmap A 2 rw hugetlb-private
#= pool 3 3 2 0
write A 0 1
#= pool 3 2 1 0
write A 1 1
#= pool 3 1 0 0
munmap A 0 2
#= pool 3 3 0 0

## hugemmap10.partial_touch
config hugepages 3
mmap A 3 rw hugetlb-private
write A 1 1
#= pool 3 2 2 0
munmap A 0 3
#= pool 3 3 0 0

## hugemmap10.shrink_keeps_reserved
config hugepages 4
mmap A 2 rw hugetlb-shared
write A 0 1
config hugepages 0
#= pool 2 1 1 2
munmap A 0 2
#= pool 0 0 0 0

## hugemmap10.too_many
config hugepages 2
mmap A 3 rw hugetlb-private
#= ENOMEM
#= pool 2 2 0 0

## hugemmap16.cow_with_an_exhausted_pool
config hugepages 1
mmap A 1 rw hugetlb-private
write A 0 1
fork C
write A 0 2
in C read A 0
#= SIGBUS ADRERR

## hugefork01
config hugepages 3
mmap A 1 rw hugetlb-shared
write A 0 1
fork C
in C write A 0 2
read A 0
#= val 2

## hugemmap.noreserve
config hugepages 1
mmap A 2 rw hugetlb-private noreserve
#= pool 1 1 0 0
write A 0 1
write A 1 1
#= SIGBUS ADRERR

## hugemmap.misaligned_munmap
config hugepages 2
mmap A 2 rw hugetlb-private
munmapb A 4096 4096
#= EINVAL
munmapb A 0 4096
#= EINVAL

## hugemmap.mremap_grow
config hugepages 4
mmap A 2 rw hugetlb-private
mremap A 0 2 3 maymove
#= EINVAL
