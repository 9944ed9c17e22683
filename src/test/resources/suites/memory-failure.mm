# MADV_HWPOISON (mm/memory-failure.c; LTP madvise07, selftests/mm/memory-failure), held against recordings of all six kernels

## anon.own_page
mmap A 2 rw private-anon
write A 0 1
write A 1 2
madvise A 0 1 hwpoison
#= [6.12 7.3] SIGBUS MCEERR_AR
#= page A 0 swap
read A 0
#= SIGBUS MCEERR_AR
write A 0 1
#= SIGBUS MCEERR_AR
read A 1
#= val 2
madvise A 0 1 hwpoison
#= EFAULT
madvise A 0 1 dontneed
read A 0
#= val 0

## anon.shared_after_fork
mmap A 2 rw private-anon
write A 0 1
fork C
madvise A 0 1 hwpoison
#= [6.12 7.3] SIGBUS MCEERR_AR
in C read A 0
#= SIGBUS MCEERR_AR
fork D
in D read A 0
#= SIGBUS MCEERR_AR
in C madvise A 0 1 free
in C read A 0
#= val 0

## anon.zero_page_cannot_fail
mmap A 2 rw private-anon
read A 0
madvise A 0 1 hwpoison
#= EBUSY
madvise A 0 1 hwpoison
#= [6.1] EHWPOISON
#= [6.12 7.3] SIGBUS MCEERR_AR
read A 0
#= val 0

## thp.only_the_page_goes
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 5 2
madvise A 3 1 hwpoison
#= [6.12 7.3] SIGBUS MCEERR_AR
#= page A 3 swap
#= page A 5 !huge present map=1
#= [6.12 7.3] page A 4 zero
read A 3
#= SIGBUS MCEERR_AR
read A 5
#= val 2

## mthp.poisoned_by_the_split
#only [6.12 7.3]
config mthp 64 always
mmap A 16 rw private-anon
write A 0 1
madvise A 5 1 hwpoison
#= page A 5 swap
read A 5
#= SIGBUS MCEERR_AR
read A 0
#= val 1
config mthp 64 never

## tmpfs.page_stays_in_the_file
file F 4 tmpfs
mmap A 4 rw shared-file file F 0
write A 0 7
madvise A 0 1 hwpoison
#= [6.12 7.3] SIGBUS MCEERR_AR
fork C
in C read A 0
#= SIGBUS MCEERR_AR
pread F 0 0
#= EIO
punch F 0 1
read A 0
#= SIGBUS MCEERR_AR

## disk.clean_page_is_read_again
file G 4 ext
mmap A 4 rw shared-file file G 0
read A 0
madvise A 0 1 hwpoison
read A 0
#= val 16

## disk.dirty_page_is_lost
file G 4 ext
mmap A 4 rw shared-file file G 0
write A 0 7
madvise A 0 1 hwpoison
#= [6.12 7.3] SIGBUS MCEERR_AR
read A 0
#= SIGBUS MCEERR_AR
pread G 0 0
#= val 16
fsync G
#= EIO
fsync G

## hugetlb.private_page_leaves_the_pool
config hugepages 4
mmap A 1 rw hugetlb-private
write A 0 1
madvise A 0 1 hwpoison
#= [6.12 7.3] SIGBUS MCEERR_AR
#= pool 3 3 0 0
read A 0
#= SIGBUS MCEERR_AR
munmap A 0 1

## hugetlb.shared_page_stays_in_the_file
config hugepages 4
mmap A 1 rw hugetlb-shared
write A 0 1
madvise A 0 1 hwpoison
#= [6.12 7.3] SIGBUS MCEERR_AR
#= pool 4 3 0 0
fork C
in C read A 0
#= SIGBUS MCEERR_AR

## kvm.guest_touches_failed_memory
kvm attach
mmap A 2 rw private-anon
write A 0 1
kvm slot A 0 2 0
kvm gread 0
madvise A 0 1 hwpoison
#= [6.12 7.3] SIGBUS MCEERR_AR
kvm gread 0
#= SIGBUS MCEERR_AR
kvm gwrite 0 1
#= SIGBUS MCEERR_AR

## ksm.all_places_lose_the_page
mmap A 2 rw private-anon
write A 0 1
write A 1 1
madvise A 0 2 mergeable
ksm scan
#= same A 0 = A 1
madvise A 0 1 hwpoison
#= [6.1] EBUSY
#= [6.12 7.3] SIGBUS MCEERR_AR
read A 1
#= [6.1] val 1
#= [6.12 7.3] SIGBUS MCEERR_AR
