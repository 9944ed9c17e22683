# What the kernel does to page tables beside upgrades: after each of these a device must see what the CPU sees (kernel-facts 4.5, 9).

## X-MUNMAP
#title: munmap: no device keeps what is gone
#source: kernel-facts 4.5 X-MUNMAP; mm/mmap.c, mm/mmu_gather.c
#text: A device has three pages cached; two of them are unmapped, and their addresses are mapped anew.
#text: Before the pages are freed somebody has told the device, and it reads the new page of zeroes and not the old one.
#claim: value(new) = 0 and value(kept) = 3 and refused(hole) and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 3 rw private-anon
write A 0 1
write A 1 2
write A 2 3
dev attach D $device
dev read D A 0
dev read D A 1
dev read D A 2
#: unmap
munmap A 0 2
#= [!design=linux-6.6-empty-range] dropped = 2 and entries(SPURIOUS_ZAP) = 0
mmap B 1 rw private-anon at A+0
read B 0
#: new
dev read D A 0
#: kept
dev read D A 2
#: hole
dev read D A 1
#= [kvm] status != ok

## X-DONTNEED
#title: MADV_DONTNEED: a device reads zeroes, as the CPU does
#source: kernel-facts 4.5 X-ZAP; mm/madvise.c madvise_dontneed_single_vma()
#text: A page is thrown away while a device has it cached writable.
#text: The device's next read brings in a new page, whatever it had before.
#claim: value(read) = 0 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 2 rw private-anon
write A 0 1
dev attach D $device
dev write D A 0 7
madvise A 0 1 dontneed
#= dropped = 1
#: read
dev read D A 0
#= val 0
read A 0
#= val 0

## X-MPROTECT
#title: mprotect: a device may not write what the process may not write
#source: kernel-facts 4.5 X-MPROTECT; mm/mprotect.c change_protection()
#text: A page is made read-only while a device has it cached writable, and writable again.
#text: When the call has returned the device's write is refused; after the second call it goes through, without losing what is there.
#claim: not ok(protected) and ok(allowed) and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 2 rw private-anon
write A 0 1
dev attach D $device
dev write D A 0 7
mprotect A 0 1 r
#: protected
dev write D A 0 8
mprotect A 0 1 rw
read A 0
#= val 7
#: allowed
dev write D A 0 9
read A 0
#= val 9

## X-FORK
#title: fork: a device's write after it does not reach the child's page
#source: kernel-facts 4.5 X-FORK; mm/memory.c copy_page_range(), kernel/fork.c dup_mmap()
#text: fork write-protects the parent's pages, which a device has cached writable, and the device writes.
#text: The device faults like the CPU would and gets a copy: the child goes on reading what was there at the fork.
#claim: ok(write) and value(child) = 1 and value(parent) = 9 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
dev write D A 0 1
fork C
#= dropped = 1
#: write
dev write D A 0 9
#: child
in C read A 0
#: parent
read A 0

## X-MREMAP
#title: mremap: what was cached at the old address is gone
#source: kernel-facts 4.5 X-MREMAP, R-MREMAP; mm/mremap.c move_ptes(); CVE-2018-18281
#text: A mapping with a page that a device has cached is moved, and the old address is mapped anew.
#text: The flush and the call come before the page-table lock is dropped, so the device's write to the old address can't reach the moved page.
#claim: value(moved) = 1 and value(old) = 9 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 1 rw private-anon
mmap Z 8 rw private-anon
write A 0 1
dev attach D $device
dev write D A 0 1
munmap Z 0 8
#: move
mremap A 0 1 1 to Z+4 as M
#= dropped = 1
mmap B 1 rw private-anon at A+0
#: write
dev write D B 0 9
#: moved
read M 0
#: old
read B 0

## X-RECLAIM
#title: Reclaim: a page on swap is not read through an old entry
#source: kernel-facts 4.5 X-RECLAIM, R-BATCH; mm/rmap.c try_to_unmap_one(), try_to_unmap_flush()
#text: A page that a device has cached is swapped out, with the CPUs' flush put off where the architecture does so, and the device reads.
#text: It faults the page in again: its entry went before the page was given away, at the latest when the batch was flushed.
#claim: value(read) = 7 and faults(read) = 1 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
config swap on
mmap A 2 rw private-anon
write A 0 7
cpu 1
read A 0
cpu 0
dev attach D $device
dev read D A 0
# releases before 6.9 spare a page that a guest has used, the first time
madvise A 0 1 pageout
madvise A 0 1 pageout
#= page A 0 swap
#: read
dev read D A 0

## X-MIGRATE
#title: Migration: a device follows the page to its new frame
#source: kernel-facts 4.5 X-MIGRATE; mm/migrate.c, mm/rmap.c try_to_migrate_one()
#text: A page that a device has cached writable moves to another memory node; the CPU writes to it there.
#text: The device reads the new frame. Putting the entry back is not told to anybody, and needs not be: it was none in between.
#claim: value(read) = 8 and dropped(move) = 1 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 1 rw private-anon
write A 0 7
dev attach D $device
dev write D A 0 7
#: move
move_pages A 0 1 1
write A 0 8
#: read
dev read D A 0

## X-MKCLEAN
#title: Writeback: the next write of a device makes the page dirty again
#source: kernel-facts 4.5 X-MKCLEAN, R-MKCLEAN; mm/rmap.c page_vma_mkclean_one()
#text: A page of a file on disk, dirty and cached writable by a device, is written back; then the device writes.
#text: Its write must fault, or the file would lose it: page_mkwrite is how the file system hears of it. That the fault then upgrades the entry, and whether the device learns of that, is T34.
#claim: faults(write) > 0 and events(VIOLATION STALE_FRAME STALE_WRITE MISSED_NOTIFY) = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
file F 2 ext
mmap A 1 rw shared-file file F 0
write A 0 1
dev attach D $device
dev write D A 0 2
#: writeback
fsync F
#= dropped = 1
#: write
dev write D A 0 3
#= page A 0 dirty

## X-KSM
#title: KSM: a device that writes to a merged page gets one of its own
#source: kernel-facts 4.5 X-KSM; mm/ksm.c write_protect_page(), replace_page()
#text: Two equal pages are merged while a device has one of them cached writable; then the device writes.
#text: It was told when the page was write-protected and again when it was replaced, so its write is copied and the other page stays.
#claim: ok(write) and value(other) = 5 and value(own) = 9 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 2 rw private-anon
write A 0 5
write A 1 5
madvise A 0 2 mergeable
dev attach D $device
dev write D A 0 5
ksm scan
ksm scan
#= same A 0 = A 1
#: write
dev write D A 0 9
#: other
read A 1
#: own
read A 0

## X-COLLAPSE
#title: Collapse: small pages become one huge page, and the device follows
#source: kernel-facts 4.5 X-COLLAPSE-ANON, R-COLLAPSE; mm/khugepaged.c collapse_huge_page()
#text: A device has small pages cached when MADV_COLLAPSE copies them into a huge one; the CPU writes, and the device reads.
#text: start comes before the table of small entries is taken out, and the entries of the device go with it.
#claim: value(read) = 6 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 1024 rw private-anon
write A 512 1
write A 513 2
dev attach D $device
dev write D A 512 1
dev read D A 513
#: collapse
madvise A 512 512 collapse
#= page A 513 huge
#= dropped = 2
write A 513 6
#: read
dev read D A 513

## X-SPLIT
#title: Splitting a huge page leaves what a device sees
#source: kernel-facts 4.5 X-SPLIT-PMD; mm/huge_memory.c __split_huge_pmd_locked()
#text: A huge page that a device has cached loses one of its small pages by MADV_DONTNEED, which splits it.
#text: The device reads zeroes there and what was there elsewhere.
#claim: value(gone) = 0 and value(kept) = 4 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
config thp always
mmap A 1024 rw private-anon
write A 512 3
write A 600 4
#= page A 512 huge
dev attach D $device
dev read D A 512
dev read D A 600
madvise A 512 1 dontneed
#: gone
dev read D A 512
#: kept
dev read D A 600

## X-TRUNCATE
#title: Truncation reaches every mapping, and every device of every process
#source: kernel-facts 4.5 X-ZAP; mm/memory.c unmap_mapping_range(), mm/truncate.c
#text: Two processes map a file, each with a device; the file loses its second page.
#text: Neither device can reach it any more, and the first page stays cached.
#claim: not ok(first) and not ok(second) and ok(rest) and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
file F 2 tmpfs
mmap A 2 rw shared-file file F 0
read A 0
read A 1
fork C
dev attach D $device
in C dev attach E $device
dev read D A 0
dev read D A 1
in C dev read E A 1
truncate F 1
#= [!design=linux-6.6-empty-range] dropped = 2
#: first
dev read D A 1
#: second
in C dev read E A 1
#: rest
dev read D A 0

## X-EXIT
#title: Exit: a device is cut off before the pages are freed
#source: kernel-facts 4.5 X-EXIT, R-EXIT; mm/mmap.c exit_mmap(), mm/mmu_notifier.c __mmu_notifier_release()
#text: A process exits with a device in the middle of its work; another process gets its memory.
#text: release comes before the first entry goes, and every later access of the device is refused.
#claim: not ok(late) and first(RELEASE during=exit) > 0 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 2 rw private-anon
write A 0 1
fork C
in C write A 0 2
in C dev attach D $device
in C dev write D A 0 3
#: exit
exit C
#: late
dev write D A 0 4
#= cached(D) = 0
read A 0
#= val 1

## X-SOFTDIRTY
#title: clear_refs: a device's write after it makes the page soft-dirty again
#source: kernel-facts 10 B-SOFTDIRTY; fs/proc/task_mmu.c clear_refs_write()
#text: A checkpoint clears the soft-dirty bits by write-protecting everything, while a device has a page cached writable; the flush comes after end.
#text: When the call has returned the device's next write faults and marks the page; without the flush's call it would be lost to the checkpoint.
#claim: faults(write) > 0 and events(VIOLATION STALE_FRAME STALE_WRITE MISSED_NOTIFY) = 0
#on: x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
dev write D A 0 2
clear_refs 4
#= page A 0 !sd
#: write
dev write D A 0 3
#= page A 0 sd

## X-AGING
#title: Reclaim's look at accessed bits costs devices on arm64 their entries since 6.6
#source: kernel-facts 4.3 row 42, B-YOUNG; arch/arm64/include/asm/pgtable.h ptep_clear_flush_young()
#text: MADV_COLD makes a page old that a device has cached, and then the device reads it.
#text: Where the hook follows the flush the device is told too; where an old entry is cleared without one it goes on with what it has. Either way it reads what is there.
#claim: value(read) = 1 and violations() = 0
#on: arm64 arm64-hafdbs with smmuv3-sva kvm
#on: x86-64 with kvm
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
dev read D A 0
madvise A 0 1 cold
#: read
dev read D A 0

## X-HUGETLB-COPY
#title: Copy on write of a hugetlb page
#source: kernel-facts 4.5 X-HUGETLB-COW; mm/hugetlb.c hugetlb_wp()
#text: The child of a fork still has a huge page when the parent writes; the parent gets another huge page.
#text: A device of the parent reads what the parent wrote, and the child what was there.
#claim: value(read) = 2 and value(child) = 1 and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
config hugepages 4
mmap H 1 rw hugetlb-private
write H 0 1
dev attach D $device
fork C
dev read D H 0
write H 0 2
#= path = HUGETLB_WP_COPY
#: read
dev read D H 0
#: child
in C read H 0

## X-LONG-RANGE
#title: A range longer than the ceiling becomes a flush of everything, and the device hears that
#source: kernel-facts 2.4; arch/x86/mm/tlb.c tlb_single_page_flush_ceiling, arch/arm64/include/asm/tlbflush.h MAX_DVM_OPS
#text: More pages are made read-only in one call than the architecture flushes one by one, with a device that has the first and one beside the range cached.
#text: The write to the range is refused; whether the neighbour's entry went too depends on the limit, and it comes back by itself.
#claim: not ok(protected) and ok(beside) and violations() = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
mmap B 1 rw private-anon
mmap A 600 rw private-anon
write B 0 1
madvise A 0 600 populate_write
dev attach D $device
dev write D A 0 1
dev write D B 0 1
mprotect A 0 600 r
#: protected
dev write D A 0 2
#: beside
dev write D B 0 2

## S-READ-FIRST
#title: Why was nobody hit before?
#source: Alistair Popple, 22 and 23 May 2023, in the thread; kernel-facts 1.3
#text: A device writes to three pages: one that nobody has touched, one that the CPU has read before, and one that the device itself has read before.
#text: Only where a read-only entry is there to be cached can the device be stuck. It needs no read of its own for that: the walk for its write is enough.
#answer: Most users of shared virtual memory write to fresh memory, and that works; and BTM had been taken for granted, with which the CPU's own broadcast does the rest. Mainline never enabled BTM, so that any stall-capable user could have hit it.
#claim: ok(untouched) and stuck(read-by-cpu) and stuck(read-by-device)
#on: arm64 with smmuv3-sva
#verdict: refuted
#verdict: true in linux-6.3
file F 4 tmpfs
mmap B 1 rw private-anon
mmap A 2 rw shared-file file F 0
read A 0
read A 1
dev attach D $device
#: untouched
dev write D B 0 1
#: read-by-cpu
dev write D A 1 1
dev read D A 0
write A 0 7
#: read-by-device
dev write D A 0 9

## S-DBM
#title: The CPU's hardware makes an entry dirty without a fault: who tells the SMMU?
#source: kernel-facts 7.2 S-DBM-STALE (own deduction); Arm ARM, FEAT_HAFDBS
#text: On an arm64 that sets the dirty state itself a device without that ability reads a clean page; the CPU's write changes the entry in hardware, with no fault and no flush; the device writes.
#text: No design tells the device, because no kernel code runs; its own fault finds the entry dirty already, and nobody flushes for that either.
#claim: stuck(write)
#on: arm64-hafdbs with smmuv3-sva
#verdict: true
#verdict: refuted in page-response-invalidates
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: hardware
write A 0 7
#= faults = 0 and flushes = 0 and calls = 0
#: write
dev write D A 0 9
