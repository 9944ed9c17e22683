# tools/testing/vma/vma.c: the rules of merging and splitting, through the system calls that use them

## simple_merge
mmap A 3 rw private-anon
munmap A 1 1
#= vmas A 0-1:rw 2-3:rw
mmap B 1 rw private-anon at A+1
#= vmas A 0-3:rw

## simple_modify
mmap A 3 rw private-anon
mprotect A 1 1 r
#= vmas A 0-1:rw 1-2:r 2-3:rw
mprotect A 1 1 rw
#= vmas A 0-3:rw

## simple_expand
mmap A 1 rw private-anon
mmap B 2 rw private-anon at A+1
#= vmas A 0-3:rw

## simple_shrink
mmap A 3 rw private-anon
munmap A 1 2
#= vmas A 0-1:rw

## merge_new
mmap A 12 rw private-anon
munmap A 2 1
munmap A 4 7
#= vmas A 0-2:rw 3-4:rw 11-12:rw
# neither neighbour fits
mmap B 2 rw private-anon at A+7
#= vmas A 0-2:rw 3-4:rw 7-9:rw 11-12:rw
# both do
mmap C 1 rw private-anon at A+2
#= vmas A 0-4:rw 7-9:rw 11-12:rw
# the previous one
mmap D 1 rw private-anon at A+4
#= vmas A 0-5:rw 7-9:rw 11-12:rw
# the next one
mmap E 1 rw private-anon at A+6
#= vmas A 0-5:rw 6-9:rw 11-12:rw
mmap F 1 rw private-anon at A+5
#= vmas A 0-9:rw 11-12:rw
mmap G 1 rw private-anon at A+10
#= vmas A 0-9:rw 10-12:rw
mmap H 1 rw private-anon at A+9
#= vmas A 0-12:rw

## merge_existing_right_partial
mmap A 9 rw private-anon
mprotect A 2 5 r
mprotect A 3 4 rw
#= vmas A 0-2:rw 2-3:r 3-9:rw

## merge_existing_right_full
mmap A 9 r private-anon
mprotect A 7 2 rw
mprotect A 2 5 rw
#= vmas A 0-2:r 2-9:rw

## merge_existing_left_partial
mmap A 9 r private-anon
mprotect A 0 3 rw
mprotect A 3 3 rw
#= vmas A 0-6:rw 6-9:r

## merge_existing_left_full
mmap A 7 rw private-anon
mprotect A 3 4 r
#= vmas A 0-3:rw 3-7:r
mprotect A 3 4 rw
#= vmas A 0-7:rw

## merge_existing_both
mmap A 9 rw private-anon
mprotect A 3 4 r
mprotect A 3 4 rw
#= vmas A 0-9:rw

## merge_existing_neither_edge
mmap A 10 rw private-anon
mprotect A 3 5 r
mprotect A 4 1 rw
#= vmas A 0-3:rw 3-4:r 4-5:rw 5-8:r 8-10:rw
mprotect A 5 2 rw
#= vmas A 0-3:rw 3-4:r 4-7:rw 7-8:r 8-10:rw

## merge_different_flags
mmap A 4 rw private-anon
madvise A 1 2 dontfork
#= vmas A 0-1:rw 1-3:rw 3-4:rw
madvise A 1 2 dofork
#= vmas A 0-4:rw

## anon_vma_non_mergeable_change
mmap A 9 rw private-anon
mprotect A 3 3 r
write A 0 1
write A 6 2
mprotect A 3 3 rw
#= vmas A 0-6:rw 6-9:rw

## dup_anon_vma_next
mmap A 2 rw private-anon
mmap B 2 r private-anon at A+2
write A 1 7
mprotect B 0 2 rw
#= vmas A 0-4:rw
write A 3 8
read A 1
#= val 7

## merge_extend
mmap A 1 rw private-anon
mmap B 1 rw private-anon at A+4
mremap A 0 1 2
#= vmas A 0-2:rw
mremap A 0 2 4
#= vmas A 0-5:rw

## copy_vma_elsewhere
mmap A 4 rw private-anon
write A 1 5
mremap A 1 2 2 to new as B
#= vmas A 0-1:rw 3-4:rw
#= vmas B 0-2:rw
read B 0
#= val 5

## copy_vma_next_to_neighbour
mmap A 5 rw private-anon
mmap B 2 rw private-anon
mremap B 0 2 2 to A+5 as C
#= vmas A 0-7:rw
#= vmas B

## file_offsets_must_continue
file f 8 tmpfs
mmap A 2 rw shared-file file f 0
mmap B 2 rw shared-file at A+2 file f 2
#= vmas A 0-4:rw
mmap C 2 rw shared-file at A+4 file f 5
#= vmas A 0-4:rw
#= vmas C 0-2:rw
munmap A 1 1
#= vmas A 0-1:rw
#= vmas B 0-2:rw
mmap D 1 rw shared-file at A+1 file f 1
#= vmas A 0-4:rw
read A 1
#= val 17
read C 0
#= val 21
