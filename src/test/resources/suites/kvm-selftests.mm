# tools/testing/selftests/kvm, and the hmm tests with a guest as the mirror

## set_memory_region_test.delete
mmap A 4 rw private-anon
write A 0 7
kvm attach
kvm slot A 0 4 0
kvm gread 0
#= val 7
kvm unslot 0
kvm gread 0
#= mmio
kvm slot A 0 4 0
kvm gread 0
#= val 7

## set_memory_region_test.move
mmap A 4 rw private-anon
write A 0 1
kvm attach
kvm slot A 0 2 8
kvm gread 8
#= val 1
kvm unslot 0
kvm slot A 1 2 8
write A 0 2
kvm gread 8
#= val 0
kvm unslot 1
kvm slot A 0 2 8
kvm gread 8
#= val 2

## set_memory_region_test.overlapping
mmap A 4 rw private-anon
kvm attach
kvm slot A 0 2 0
kvm slot A 2 2 1
#= EEXIST

## kvm_page_table_test.create_and_update
mmap A 4 rw private-anon
kvm attach
kvm slot A 0 4 0
kvm gwrite 0 1
kvm gwrite 3 4
read A 0
#= val 1
write A 3 5
kvm gread 3
#= val 5

## kvm_page_table_test.permission_relax
mmap A 2 rw private-anon
write A 0 1
fork C
kvm attach
kvm slot A 0 2 0
kvm gread 0
#= val 1
kvm gwrite 0 2
read A 0
#= val 2
in C read A 0
#= val 1

## mmu_stress_test.mprotect_read_only
mmap A 2 rw shared-anon
kvm attach
kvm slot A 0 2 0
kvm gwrite 0 1
kvm gwrite 1 2
mprotect A 0 2 r
kvm gread 0
#= val 1
kvm gwrite 0 3
#= EFAULT
kvm gwrite 1 3
#= EFAULT
mprotect A 0 2 rw
kvm gwrite 0 4
kvm gwrite 1 5
read A 0
#= val 4
read A 1
#= val 5

## mmu_stress_test.munmap_half
mmap A 4 rw shared-anon
kvm attach
kvm slot A 0 4 0
kvm gwrite 0 1
kvm gwrite 3 4
munmap A 2 2
kvm gread 0
#= val 1
kvm gread 3
#= EFAULT

## page_fault_test.hole_punched
memfd f 4
mmap A 4 rw shared-file file f 0
kvm attach
kvm slot A 0 4 0
kvm gwrite 0 1
punch f 0 1
kvm gread 0
#= val 0
kvm gwrite 0 2
pread f 0
#= val 2

## page_fault_test.read_only_memslot
mmap A 2 rw private-anon
write A 0 7
kvm attach
kvm slot A 0 2 0 ro
kvm gread 0
#= val 7
kvm gwrite 0 8
#= mmio
read A 0
#= val 7

## page_fault_test.uffd_missing
mmap A 2 rw private-anon
uffd open 0
uffd register A 0 2 missing
kvm attach
kvm slot A 0 2 0
kvm gread 0
#= val 238
kvm gwrite 1 5
read A 1
#= val 5

## demand_paging_test
mmap A 4 rw private-anon
kvm attach
kvm slot A 0 4 0
kvm gread 0
#= val 0
kvm gwrite 2 3
#= page A 2 present rw
#= page A 3 none

## memslot_modification_stress_test
mmap A 2 rw private-anon
mmap B 2 rw private-anon
kvm attach
kvm slot A 0 2 0
kvm gwrite 0 1
kvm slot B 0 2 16
kvm gread 0
#= val 1
kvm unslot 1
kvm gread 0
#= val 1
kvm gread 16
#= mmio

## dirty_log_test.writes_after_logging
mmap A 2 rw private-anon
kvm attach
kvm slot A 0 2 0 log
kvm gread 0
#= val 0
kvm gwrite 0 1
kvm gwrite 1 2
read A 0
#= val 1
read A 1
#= val 2

## hmm.anon_read
mmap A 4 rw private-anon
write A 2 3
write A 3 4
mprotect A 0 4 r
read A 1
#= val 0
kvm attach
kvm slot A 0 4 0
kvm gread 0
#= val 0
kvm gread 1
#= val 0
kvm gread 2
#= val 3
kvm gread 3
#= val 4

## hmm.anon_read_prot
mmap A 2 rw private-anon
write A 0 3
mprotect A 0 2 none
kvm attach
kvm slot A 0 2 0
kvm gread 0
#= EFAULT
mprotect A 0 2 r
read A 0
#= val 3

## hmm.anon_write
mmap A 2 rw private-anon
kvm attach
kvm slot A 0 2 0
kvm gwrite 0 1
kvm gwrite 1 2
read A 0
#= val 1
read A 1
#= val 2

## hmm.anon_write_prot
mmap A 2 r private-anon
kvm attach
kvm slot A 0 2 0
kvm gread 0
#= val 0
kvm gwrite 0 1
#= EFAULT
read A 0
#= val 0
mprotect A 0 2 rw
kvm gwrite 0 1
read A 0
#= val 1

## hmm.anon_write_child
mmap A 2 rw private-anon
write A 0 1
fork C
in C kvm attach
in C kvm slot A 0 2 0
in C kvm gwrite 0 255
in C read A 0
#= val 255
read A 0
#= val 1

## hmm.anon_write_child_shared
mmap A 2 rw shared-anon
write A 0 1
fork C
in C kvm attach
in C kvm slot A 0 2 0
in C kvm gwrite 0 255
read A 0
#= val 255

## hmm.anon_write_huge
config thp always
mmap A 512 rw private-anon
kvm attach
kvm slot A 0 512 0
kvm gwrite 0 1
#= page A 0 huge
kvm gwrite 511 2
read A 511
#= val 2

## hmm.anon_write_hugetlbfs
config hugepages 2
mmap A 1 rw hugetlb-private
kvm attach
kvm slot A 0 1 0
kvm gwrite 5 6
#= pool 2 1 0 0
kvm gread 5
#= val 6

## hmm.file_read
file f 2 tmpfs
mmap A 2 r shared-file file f 0
kvm attach
kvm slot A 0 2 0
kvm gread 0
#= val 16
kvm gread 1
#= val 17

## hmm.file_write
file f 2 tmpfs
mmap A 2 rw shared-file file f 0
kvm attach
kvm slot A 0 2 0
kvm gwrite 0 9
read A 0
#= val 9
pread f 0
#= val 9

## hmm.anon_read_multiple
kvm attach
mmap A 2 rw private-anon
write A 0 1
kvm slot A 0 2 0
kvm gread 0
#= val 1
munmap A 0 2
kvm gread 0
#= EFAULT
mmap B 2 rw private-anon at A+0
write B 0 2
kvm gread 0
#= val 2
munmap B 0 2
mmap C 2 rw private-anon at A+0
write C 0 3
kvm gread 0
#= val 3

## hmm.snapshot_after_mprotect
mmap A 1 rw private-anon
write A 0 5
kvm attach
kvm slot A 0 1 0
kvm gwrite 0 6
mprotect A 0 1 r
kvm gwrite 0 7
#= EFAULT
kvm gread 0
#= val 6

## hmm.cow_in_device
mmap A 1 rw private-anon
kvm attach
kvm slot A 0 1 0
kvm gwrite 0 1
fork C
write A 0 2
exit C
kvm gread 0
#= val 2
#= page A 0 rw ae
