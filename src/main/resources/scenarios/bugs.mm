# Bugs of the family. Others of kernel-facts 10 have another name here: B-SEED is T9, B-V1HOLE is S-V1-HOLE, B-V2BATCH is T49,
# B-DBM is S-DBM, B-KVM-APIC is T37, B-KVM-BBM2 is T50, B-KVA is T45, B-P9NMMU is T39, B-YOUNG is X-AGING, B-SOFTDIRTY is X-SOFTDIRTY,
# B-MREMAP-2018 is X-MREMAP, B-RECLAIM is X-RECLAIM, B-ISLEEP is T28.

## B-EMPTY
#title: Linux 6.6 on arm64 told secondary TLBs an empty range, and the SMMU dropped everything
#source: "Fix mmu notifiers for range-based invalidates", March 2025, fixes 6bbd42e2df8f; arch/arm64/include/asm/tlbflush.h __flush_tlb_range()
#text: Four pages are made read-only while the device has them and a page far away cached.
#text: The flush macro moves start to end before the hook is called, and the SMMU's driver takes a size of 0 for the whole address space: right, but the page far away goes too.
#claim: counter(D tlbiByAsid protect) > 0 and zaps(protect) > 0
#on: arm64 with smmuv3-sva
#designs: linux-6.6 linux-6.6-empty-range
#verdict: refuted
#verdict: true in linux-6.6-empty-range
mmap B 1 rw private-anon
mmap A 4 rw private-anon
madvise A 0 4 populate_write
write B 0 1
dev attach D $device
dev read D A 0
dev read D B 0
#: protect
mprotect A 0 4 r

## B-NULLSUB
#title: The first subscriber of an address space was an interval, and registering crashed
#source: v4 of the merged series, cover.1eca029b...; reports by Dan Carpenter and Chaitanya Kumar Borah, analysis by Tvrtko Ursulin, 25 July 2023
#text: A GPU subscribes with intervals only, to an address space that nobody else has subscribed to; then an SMMU joins, and leaves first.
#text: Both hear what is theirs, in either order, and nothing breaks.
#claim: value(gpu) = 2 and value(late) = 3 and violations() = 0
#on: arm64 x86-64 with gpu-hmm
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
dev read D A 0
madvise A 0 1 dontneed
write A 0 2
#: gpu
dev read D A 0
dev attach smmu smmuv3-sva
dev read smmu A 0
dev detach smmu
madvise A 0 1 dontneed
write A 0 3
#: late
dev read D A 0

## B-MREMAP-PMD
#title: mremap moves a whole table of entries, and the old address is unmapped and used again
#source: 97113eb39fa7 and its family; mm/mremap.c move_normal_pmd()
#text: Two mebibytes that are aligned on both sides move by moving one table, with a page of them cached by a device.
#text: The flush comes before the lock is dropped, and the device's next write at the old address cannot reach the page that moved.
#claim: value(moved) = 1 and not ok(gone) and violations() = 0
#on: arm64 x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 1024 rw private-anon
mmap Z 1024 rw private-anon
write A 512 1
dev attach D $device
dev write D A 512 1
munmap Z 0 1024
mremap A 512 512 512 to Z+512 as M
#: gone
dev write D A 512 9
#: moved
read M 0

## B-COW
#title: A page that a device has pinned is not taken from it by fork
#source: CVE-2020-29374 and 6c287605fd56; mm/memory.c copy_present_pte(), PageAnonExclusive
#text: A process forks while a device has one of its pages pinned, and then writes to the page.
#text: fork copies the pinned page for the child at once, so that the parent keeps the page of the device, and both see what the other writes.
#claim: value(device) = 7 and value(child) = 1 and violations() = 0
#on: arm64 x86-64 with vfio-pinned
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
dev read D A 0
fork C
write A 0 7
#: device
dev read D A 0
#: child
in C read A 0
