# tools/testing/selftests/mm/merge.c; before 7.3 a range that was faulted does not join a neighbour that was not.
# mprotect to read-only drops VM_ACCOUNT of what was never faulted, which keeps ranges apart, too: so each of its cases
# comes twice, as it stands in merge.c and with MAP_NORESERVE.

## mprotect_unfaulted_left
mmap A 10 rw private-anon
mprotect A 0 5 r
write A 5 1
mprotect A 5 5 r
#= vmas A 0-5:r 5-10:r

## mprotect_unfaulted_left.noreserve
mmap A 10 rw private-anon noreserve
mprotect A 0 5 r
write A 5 1
mprotect A 5 5 r
#= [7.3] vmas A 0-10:r
#= [6.1 6.12] vmas A 0-5:r 5-10:r

## mprotect_unfaulted_right
mmap A 10 rw private-anon
mprotect A 5 5 r
write A 0 1
mprotect A 0 5 r
#= vmas A 0-5:r 5-10:r

## mprotect_unfaulted_right.noreserve
mmap A 10 rw private-anon noreserve
mprotect A 5 5 r
write A 0 1
mprotect A 0 5 r
#= [7.3] vmas A 0-10:r
#= [6.1 6.12] vmas A 0-5:r 5-10:r

## mprotect_unfaulted_both
mmap A 9 rw private-anon
mprotect A 0 3 r
mprotect A 6 3 r
write A 3 1
mprotect A 3 3 r
#= vmas A 0-3:r 3-6:r 6-9:r

## mprotect_unfaulted_both.noreserve
mmap A 9 rw private-anon noreserve
mprotect A 0 3 r
mprotect A 6 3 r
write A 3 1
mprotect A 3 3 r
#= [7.3] vmas A 0-9:r
#= [6.1 6.12] vmas A 0-3:r 3-6:r 6-9:r

## mprotect_faulted_left_unfaulted_right
mmap A 9 rw private-anon
mprotect A 6 3 r
write A 0 1
mprotect A 0 3 r
mprotect A 3 3 r
#= vmas A 0-6:r 6-9:r

## mprotect_faulted_left_unfaulted_right.noreserve
mmap A 9 rw private-anon noreserve
mprotect A 6 3 r
write A 0 1
mprotect A 0 3 r
mprotect A 3 3 r
#= [7.3] vmas A 0-9:r
#= [6.1 6.12] vmas A 0-6:r 6-9:r

## mprotect_unfaulted_left_faulted_right
mmap A 9 rw private-anon
mprotect A 0 3 r
write A 3 1
mprotect A 6 3 r
mprotect A 3 3 r
#= vmas A 0-3:r 3-9:r

## mprotect_unfaulted_left_faulted_right.noreserve
mmap A 9 rw private-anon noreserve
mprotect A 0 3 r
write A 3 1
mprotect A 6 3 r
mprotect A 3 3 r
#= [7.3] vmas A 0-9:r
#= [6.1 6.12] vmas A 0-3:r 3-9:r

## forked_target_vma
mmap A 5 rw private-anon
write A 0 1
fork C
in C write A 0 1
in C write A 1 1
in C write A 2 1
in C write A 3 1
in C write A 4 1
in C mmap B 5 rw private-anon at A+5
#= in C vmas A 0-5:rw
#= in C vmas B 0-5:rw

## forked_source_vma
mmap A 5 rw private-anon
write A 0 1
fork C
in C write A 0 1
in C write A 1 1
in C mmap B 5 rwx private-anon at A+5
in C mprotect A 0 5 rwx
#= in C vmas A 0-5:rwx
#= in C vmas B 0-5:rwx

## ksm_merge
mmap A 2 rw private-anon
madvise A 0 2 mergeable
#= vmas A 0-2:rw
munmap A 1 1
mmap B 1 rw private-anon at A+1
madvise B 0 1 mergeable
#= vmas A 0-2:rw

## mremap_unfaulted_to_faulted
mmap A 5 rw private-anon
write A 0 1
mmap B 5 rw private-anon
mremap B 0 5 5 to A+5 as D
#= vmas A 0-10:rw

## mremap_unfaulted_behind_faulted
mmap A 5 rw private-anon
write A 0 1
mmap B 5 rw private-anon
mremap B 0 5 5 to A-5 as D
#= vmas A -5-5:rw

## mremap_unfaulted_between_faulted
mmap A 5 rw private-anon
write A 0 1
mmap B 5 rw private-anon
mmap C 5 rw private-anon
write C 0 2
mremap C 0 5 5 to A+10 as E
mremap B 0 5 5 to A+5 as D
#= vmas A 0-10:rw
#= vmas E 0-5:rw
read E 0
#= val 2

## mremap_unfaulted_between_faulted_unfaulted
mmap A 5 rw private-anon
write A 0 1
mmap B 5 rw private-anon
mmap C 5 rw private-anon
mremap C 0 5 5 to A+10 as E
mremap B 0 5 5 to A+5 as D
#= vmas A 0-15:rw

## mremap_unfaulted_between_correctly_placed_faulted
mmap A 15 rw private-anon
write A 0 1
munmap A 5 5
mmap B 5 rw private-anon
mremap B 0 5 5 to A+5 as D
#= vmas A 0-15:rw

## mremap_correct_placed_faulted
mmap A 15 rw private-anon
write A 0 1
write A 5 2
write A 10 3
mremap A 10 5 5 to new as C
mremap A 5 5 5 to new as B
#= vmas A 0-5:rw
mremap B 0 5 5 to A+5 as D
#= vmas A 0-10:rw
mremap C 0 5 5 to A+10 as E
#= vmas A 0-15:rw
read A 5
#= val 2
read A 10
#= val 3
mremap A 5 5 5 to new as F
#= vmas A 0-5:rw 10-15:rw
mremap F 0 5 5 to A+5 as G
#= vmas A 0-15:rw
mremap A 0 5 5 to new as H
#= vmas A 5-15:rw
mremap H 0 5 5 to A+0 as I
#= vmas A 0-15:rw
read A 0
#= val 1

## mremap_faulted_to_unfaulted_prev
mmap A 3 rw private-anon
write A 0 9
mremap A 0 3 3 to new as B
mmap D 3 rw private-anon at A-3
mremap B 0 3 3 to A+0 dontunmap as C
#= [7.3] vmas A -3-3:rw
#= [6.1 6.12] vmas A 0-3:rw
read A 0
#= val 9

## mremap_faulted_to_unfaulted_next
mmap A 3 rw private-anon
write A 0 9
mremap A 0 3 3 to new as B
mmap D 3 rw private-anon at A+3
mremap B 0 3 3 to A+0 dontunmap as C
#= [7.3] vmas A 0-6:rw
#= [6.1 6.12] vmas A 0-3:rw
read A 0
#= val 9

## mremap_faulted_to_unfaulted_prev_unfaulted_next
mmap A 3 rw private-anon
write A 0 9
mremap A 0 3 3 to new as B
mmap D 3 rw private-anon at A-3
mmap E 3 rw private-anon at A+3
mremap B 0 3 3 to A+0 dontunmap as C
#= [7.3] vmas A -3-6:rw
#= [6.1 6.12] vmas A 0-3:rw

## mremap_faulted_to_unfaulted_prev_faulted_next
mmap A 6 rw private-anon
write A 0 9
write A 3 8
mremap A 0 3 3 to new as B
mmap D 3 rw private-anon at A-3
mremap B 0 3 3 to A+0 dontunmap as C
#= [7.3] vmas A -3-6:rw
#= [6.1 6.12] vmas A 0-6:rw
read A 3
#= val 8
