# tools/testing/selftests/mm/hmm-tests.c with lib/test_hmm.c: the test device's commands. Not recorded: from the sources.

## migrate_fault
mmap A 4 rw private-anon
write A 0 7
write A 1 8
dev attach D test-hmm
dev migrate D A 0 4
#= cached(D) = 4
read A 0
#= val 7
#= path = MIGRATE_TO_RAM
#= cached(D) = 3
dev migrate D A 0 4
read A 1
#= val 8

## migrate_shared
mmap A 4 rw shared-anon
write A 0 7
dev attach D test-hmm
dev migrate D A 0 1
#= ENOENT
read A 0
#= val 7

## exclusive
mmap A 2 rw private-anon
write A 0 7
write A 1 8
dev attach D test-hmm
dev exclusive D A 0 2
dev check_exclusive D A 0 2
#= EPERM
write A 0 9
#= path = DEVICE_EXCLUSIVE or path = SET_ACCESS_FLAGS or path = SPURIOUS
#= [6.1 6.12] events(RANGE_START EXCLUSIVE cause=remove_device_exclusive_entry) = 1
dev check_exclusive D A 0 1
dev atomic D A 1 1 2
read A 1
#= val 10

## nonblock
mmap A 2 rw private-anon
write A 0 7
dev attach D xen-gntdev
dev read D A 0
reap
#= EAGAIN
#= events(RANGE_START UNMAP atomic in=A:0-2) = 10
#= cached(D) = 1
