# The designs that were argued about: whom they call, when, under which lock, and what that costs others.

## T3
#title: mmu_notifiers are typically used to implement invalidation for secondary MMUs that follow the CPU's architecture
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com; drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c, virt/kvm/kvm_main.c
#text: A page is copied on write while a device that shares the CPU's page table, or a guest that has tables of its own, has it cached.
#text: Only half of the subscribers are of the first kind: the SMMU listens to the secondary-TLB hook and nothing else, KVM to start and end and not to the hook.
#claim: events(HOOK by=D during=copy) > 0 and events(RANGE_START by=D during=copy) = 0
#on: arm64 with smmuv3-sva kvm
#verdict: depends
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
read A 0
dev read D A 0
#: copy
write A 0 2
#= path = WP_COPY

## T4
#title: If the CPU's architecture needs an invalidation on an upgrade, a secondary TLB that follows it needs one too
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com; 6bbd42e2df8f mmu_notifiers: call invalidate_range() when invalidating TLBs
#text: An entry is upgraded in place on an architecture that flushes there and on one that does not, with a device that keeps read-only entries.
#text: The merged hook follows the CPU's flushes and nothing else, so it takes the sentence for granted: a device on x86-64 that kept read-only entries would be stuck even in Linux 6.6.
#claim: hooks(upgrade) = flushes(upgrade)
#on: arm64 x86-64 with smmuv3-sva
#verdict: true
#verdict: depends in linux-6.3 patch-v1 page-response-invalidates notify-under-lock
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
dev read D A 0
exit C
#: upgrade
write A 0 2
#= path = WP_REUSE
#: write
dev write D A 0 9
#= [x86 !design=notify-under-lock !design=page-response-invalidates] stuck

## T6
#title: start and end cannot be called where the upgrade happens: callbacks may sleep, and the page-table lock is held
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com
#text: All three places where a kernel could call: at the upgrade, at the copy, and at an unmapping; a guest of KVM, whose start may sleep, is subscribed.
#text: The claim is that no callback that may sleep is called with a spinlock held. For start and end the sentence is right, for invalidate_range it is not: that may be called there, because it may not sleep.
#claim: events(VIOLATION SLEEP_IN_ATOMIC) = 0
#on: arm64 with kvm
#verdict: true
#verdict: refuted in notify-under-lock
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
mmap B 1 rw private-anon
read A 0
write B 0 1
dev attach D $device
fork C
dev read D A 0
dev read D B 0
write A 0 7
#= path = SET_ACCESS_FLAGS
write B 0 2
#= path = WP_COPY
munmap B 0 1

## T7
#title: patch-v1 notifies after the page-table lock is dropped, and only if the entry changed
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com, mm/memory.c handle_pte_fault()
#text: A write fault upgrades an entry at the tail of handle_pte_fault(); later the device faults on an entry that is right already.
#text: The patch calls start and end once, without a spinlock, for the fault that changed something, and not for the one that did not.
#claim: events(RANGE_START PROTECTION_UPGRADE during=upgrade) = 1 and events(RANGE_START during=unchanged) = 0 and events(VIOLATION SLEEP_IN_ATOMIC) = 0
#on: arm64 with smmuv3-sva
#verdict: refuted
#verdict: true in patch-v1
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev attach guest kvm
#: upgrade
write A 0 7
#= path = SET_ACCESS_FLAGS
mmap B 1 rw private-anon
write B 0 1
fork C
dev read D B 0
exit C
write B 0 2
#= path = WP_REUSE
#: unchanged
dev write D B 0 9

## T8
#title: After patch-v1's call the secondary MMU fetches the entry with its new permission
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com
#text: The device's cached entry is dropped after the upgrade, so that its next access walks the page table again.
#text: This holds for whoever invalidates, whenever the call comes: an invalidation too much or too late is never wrong, and the device reads what the CPU wrote.
#claim: dropped(upgrade) = 1 and ok(write) and faults(write) = 0
#on: arm64 with smmuv3-sva
#verdict: true
#verdict: refuted in linux-6.3 page-response-invalidates
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#: write
dev write D A 0 9

## T11
#title: A new type of event lets drivers filter it
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com
#text: The upgrade is announced to a guest of KVM under a type of its own, and start and end carry it.
#text: It lets drivers filter that do: KVM does not look at the type, and its right entry goes all the same.
#claim: events(RANGE_START PROTECTION_UPGRADE during=upgrade) = 1 and events(RANGE_END PROTECTION_UPGRADE during=upgrade) = 1
#on: arm64 with kvm
#verdict: refuted
#verdict: true in patch-v1 notify-under-lock
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#= path = SET_ACCESS_FLAGS
#= [patch-v1] zaps = 1

## T12
#title: A driver must never install or upgrade an entry in answer to the upgrade's event
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com, commit message
#kind: record
#text: patch-v1 calls after the page-table lock is dropped, so that another CPU can have unmapped the page and freed it before the call comes; who invalidates is right whenever the call comes, who installs what the event announces maps a freed page.
#text: A run takes one operation after the other, and the gap is inside of one: what would show it is the interleaving "upgrade, drop the lock; MADV_DONTNEED with start, clear, end, flush, free; start and end of the upgrade" (R-AFTER-PTL), in which an installer breaks the rule that no translation outlives its frame. T8 shows the half that holds: invalidators are safe.

## T13
#title: start and end enclose the change; patch-v1 calls start after it
#who: Sean Christopherson
#when: 22 May 2023
#source: ZGu1vsbscdO48V6h@google.com; include/linux/mmu_notifier.h invalidate_range_start
#text: A guest of KVM is subscribed while the CPU's write upgrades an entry, copies a page, changes a protection and unmaps.
#text: Under every design start comes before the first change; the exception is the upgrade under patch-v1, which has changed the entry already.
#claim: events(VIOLATION BOOKEND) = 0
#on: arm64 with kvm
#verdict: true
#verdict: refuted in patch-v1 notify-under-lock
file F 4 tmpfs
mmap A 2 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#= path = SET_ACCESS_FLAGS
#: others
mmap B 2 rw private-anon
write B 0 1
fork C
dev read D B 0
write B 0 2
mprotect B 0 1 r
munmap A 0 2

## T14
#title: When end is called the pages are unmapped, flushed and freed
#who: Sean Christopherson
#when: 22 May 2023
#source: include/linux/mmu_notifier.h, quoted in ZGu1vsbscdO48V6h@google.com; mm/memory.c unmap_vmas(), mm/mmu_gather.c
#text: A process unmaps a page that a guest has mapped; the rows of the event log say what came first.
#text: The sentence of the header is older than the mmu_gather: on x86-64 end is called before the flush, and the pages are freed after that; on arm64 the gather flushes at the end of each VMA, before end, as recordings of 6.1, 6.12 and 7.3 show.
#claim: first(TLB_FLUSH during=unmap) < first(RANGE_END during=unmap)
#on: arm64 x86-64 with kvm
#verdict: depends
mmap B 1 rw private-anon
mmap A 1 rw private-anon
write A 0 1
write B 0 1
dev attach D $device
dev read D A 0
#: unmap
munmap A 0 1
#= flushes > 0 and events(RANGE_END UNMAP) = 1
#= dropped = 1

## T15
#title: The SMMU implements only invalidate_range: then how does patch-v1, which calls start and end, fix it?
#who: Sean Christopherson
#when: 22 May 2023
#source: ZGu1vsbscdO48V6h@google.com; answered in the seed, 875y8jappz.fsf@nvidia.com
#text: The device's driver has neither start nor end, and yet its entry is dropped when patch-v1 closes its window.
#text: range_end() calls invalidate_range over the full range for every subscriber that has it; that is the only call that reaches the SMMU.
#claim: events(HOOK DROPPED by=D cause=__mmu_notifier_invalidate_range_end during=upgrade) = 1 and events(RANGE_START by=D) = 0
#on: arm64 with smmuv3-sva
#verdict: refuted
#verdict: true in patch-v1 notify-under-lock
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7

## T15a
#title: range_end() calls invalidate_range
#who: Alistair Popple
#when: 23 May 2023
#source: 875y8jappz.fsf@nvidia.com (the seed); linux-source-6.1 mm/mmu_notifier.c mn_hlist_invalidate_end(); removed by ec8832d007cb
#text: The seed says that it does so "if the start()/end() variants aren't set"; the code is unconditional, unless the caller used the form that ends only.
#text: A page is unmapped: before 6.6 the SMMU is told by range_end() and once more by the gather's flush, since then by the flush alone.
#claim: events(HOOK by=D cause=__mmu_notifier_invalidate_range_end during=unmap) = 1
#on: arm64 x86-64 with smmuv3-sva
#verdict: true
#verdict: refuted in linux-6.6 linux-6.6-empty-range
mmap B 1 rw private-anon
mmap A 1 rw private-anon
write A 0 1
write B 0 1
dev attach D $device
dev read D A 0
#: unmap
munmap A 0 1
#= dropped = 1

## T16
#title: invalidate_range() is nearly a perfect fit
#who: Sean Christopherson
#when: 22 May 2023
#source: ZGu1vsbscdO48V6h@google.com
#text: Both upgrades, at the tail of the fault handler and by reuse, with an SMMU and with a guest of KVM on the same memory.
#text: With invalidate_range at the flush the SMMU gets through both times, and the guest loses nothing; start and end can give it only one or the other.
#claim: ok(tail) and ok(reuse) and zaps() = 0
#on: arm64
#verdict: true
#verdict: refuted in linux-6.3 patch-v1 notify-under-lock
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
mmap B 1 rw private-anon
read A 0
write B 0 1
dev attach guest kvm
dev attach smmu smmuv3-sva
fork C
dev read guest A 0
dev read guest B 0
dev read smmu A 0
dev read smmu B 0
exit C
write A 0 7
#= path = SET_ACCESS_FLAGS
write B 0 7
#= path = WP_REUSE
#: tail
dev write smmu A 0 9
#: reuse
dev write smmu B 0 9

## T17
#title: invalidate_range carries no event type, so nobody can filter by one
#who: Alistair Popple
#when: 23 May 2023
#source: 875y8jappz.fsf@nvidia.com (the seed); include/linux/mmu_notifier.h: (subscription, mm, start, end)
#text: Copy on write, a change of protection and an unmapping all reach the SMMU through the same hook.
#text: Each call of start says what is going on; no call of the hook does, under any design.
#claim: hooks() > 0 and events(HOOK UNMAP CLEAR PROTECTION_VMA PROTECTION_PAGE PROTECTION_UPGRADE SOFT_DIRTY) = 0 and events(RANGE_START UNMAP CLEAR PROTECTION_VMA PROTECTION_PAGE PROTECTION_UPGRADE SOFT_DIRTY) = events(RANGE_START)
#on: arm64 x86-64 with smmuv3-sva
#verdict: true
mmap A 4 rw private-anon
write A 0 1
dev attach D $device
fork C
dev read D A 0
write A 0 2
mprotect A 0 1 r
munmap A 0 1

## T18
#title: ptep_clear_flush_notify() calls invalidate_range() under the page-table lock, so drivers must not sleep there already
#who: Alistair Popple, after Catalin Marinas
#when: 23 May 2023
#source: 875y8jappz.fsf@nvidia.com (the seed); linux-source-6.1 include/linux/mmu_notifier.h
#text: Copy on write clears the entry, flushes the CPUs, calls the hook and writes the new entry, all under the page-table lock.
#text: In Linux 6.6 the call has moved into the flush and is still under that lock. So to the question whether it may sleep the answer is no, for both hooks.
#answer: May invalidate_range sleep? No: it is called with a spinlock held, and its successor says so in its contract.
#claim: events(HOOK atomic cause=ptep_clear_flush during=copy) = 1 and events(VIOLATION SLEEP_IN_ATOMIC) = 0
#on: arm64 x86-64 with smmuv3-sva
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
dev read D A 0
#: copy
write A 0 2
#= path = WP_COPY
#= first(TLB_FLUSH) < first(HOOK) and first(RANGE_START) < first(TLB_FLUSH) and first(HOOK) < first(RANGE_END RANGE_ONLY_END)

## T20
#title: Who shares the page table with the CPU needs only invalidate_range
#who: Sean Christopherson
#when: 22 May 2023
#source: ZGu1vsbscdO48V6h@google.com; include/linux/mmu_notifier.h (before 6.6)
#text: A device with only the secondary-TLB hook, while pages are copied, protected, written back, thrown away and unmapped: everything but upgrades in place.
#text: After each it reads what the CPU reads, is refused what the process may not do, and never uses a frame that has another owner.
#claim: violations() = 0 and value(copied) = 2 and refused(protected) and value(dropped) = 0 and refused(unmapped)
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva
#verdict: true
mmap A 2 rw private-anon
write A 0 1
write A 1 1
dev attach D $device
fork C
dev read D A 0
write A 0 2
#: copied
dev read D A 0
mprotect A 0 1 r
#: protected
dev write D A 0 3
mprotect A 0 1 rw
madvise A 0 1 dontneed
#: dropped
dev read D A 0
munmap A 0 1
#: unmapped
dev read D A 0

## T22
#title: ptep_set_access_flags_notify() would not regress platforms that do not need it
#who: Alistair Popple
#when: 23 May 2023
#source: 875y8jappz.fsf@nvidia.com (the seed)
#text: On x86-64, where nothing flushes on an upgrade, a hugetlb page and a small one are upgraded in place.
#text: A call that belongs to the architecture's flush is not made there; the generic one of patch-v1 is.
#claim: calls(huge) + calls(small) = 0
#on: x86-64 with kvm
#verdict: true
#verdict: refuted in patch-v1 notify-under-lock
config hugepages 4
mmap H 1 rw hugetlb-private
mmap A 1 rw private-anon
write H 0 1
write A 0 1
dev attach D $device
fork C
exit C
#: huge
write H 0 2
#= path = HUGETLB_WP_REUSE
#: small
write A 0 2
#= path = WP_REUSE

## T23
#title: This is a bug fix, not a feature
#who: Alistair Popple
#when: 23 May 2023
#source: 875y8jappz.fsf@nvidia.com (the seed)
#text: What makes it a bug is that a rule is broken which the kernel keeps everywhere else: an access that the process may make does not make progress.
#text: Under linux-6.3 the checker finds that violation without any misuse by driver or process; under the others it finds none.
#claim: events(VIOLATION LOST_UPGRADE) > 0
#on: arm64 with smmuv3-sva
#verdict: refuted
#verdict: true in linux-6.3
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
write A 0 7
dev write D A 0 9

## T27
#title: Range notifiers generally may sleep, so that "may not sleep" must not be inferred from their callers
#who: John Hubbard
#when: 22 May 2023
#source: the thread of v1, answer to the seed
#text: A life of a process with a guest and a device subscribed: every start is called where sleeping is allowed, every call of the hook where it is not.
#text: So he is right about start and end, and the hook is the exception that the seed speaks of: it is called under the page-table lock.
#claim: events(RANGE_START) > 2 and events(RANGE_START atomic) = 0 and events(RANGE_END RANGE_ONLY_END atomic) = 0 and hooks() > 0 and events(HOOK blockable) = 0
#on: arm64 x86-64
#verdict: true
mmap A 4 rw private-anon
write A 0 1
dev attach guest kvm
dev attach smmu smmuv3-sva
dev read guest A 0
dev read smmu A 0
fork C
write A 0 2
mprotect A 0 1 r
munmap A 0 4

## T28
#title: The history of the rule that invalidate_range may not sleep
#who: Alistair Popple
#when: 23 May 2023
#source: 0f0a327fa12c (hook added: "called under the page-table lock, must not sleep"), 5ff7091f5a2c (sentence dropped), 93065ac753e4 and 4e15a073a168 (blockable ranges)
#text: What the history comes to can be run: every call of the hook in a life of a process with faults, fork, protection, reclaim and unmapping, is atomic, and every start may sleep.
#text: The rule was never taken back; only its sentence was lost when a flag was added, and the flag is gone.
#claim: hooks() > 2 and events(HOOK blockable) = 0 and events(RANGE_START atomic) = 0 and events(VIOLATION SLEEP_IN_ATOMIC) = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva kvm
#verdict: true
config swap on
mmap A 4 rw private-anon
write A 0 1
write A 1 1
dev attach D $device
dev read D A 0
fork C
write A 0 2
mprotect A 0 1 r
madvise A 1 1 pageout
munmap A 0 4

## T30
#title: No driver is changed: is this dead code?
#who: Christoph Hellwig
#when: 23 May 2023
#source: ZGxg+I8FWz3YqBMk@infradead.org; answered by Alistair Popple in v2 2/2
#text: The SMMU driver of Linux 6.3, unmodified, under each design: it registered for the hook long before.
#text: The new calls reach it through invalidate_range, patch-v1's through range_end(), so the code is alive: without them the device is stuck.
#claim: ok(write) and events(HOOK by=D during=upgrade) > 0
#on: arm64 with smmuv3-sva
#verdict: true
#verdict: refuted in linux-6.3 page-response-invalidates
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#: write
dev write D A 0 9

## T31
#title: What a notifier says must not depend on the architecture
#who: Jason Gunthorpe
#when: 27 May 2023
#source: ZHKaBQt8623s9+VK
#text: The same upgrade on two architectures, with a guest and a device subscribed: start and end say the same on both, which is nothing.
#text: The secondary-TLB hook does not, where it follows the CPU's flushes. That is why it was renamed: it is for those who share the page table, and for nobody else.
#claim: hooks(upgrade) = 0
#on: arm64 x86-64
#verdict: depends
#verdict: true in linux-6.3 patch-v1 page-response-invalidates notify-under-lock
mmap A 1 rw private-anon
write A 0 1
dev attach guest kvm
dev attach smmu smmuv3-sva
fork C
dev read guest A 0
dev read smmu A 0
exit C
#: upgrade
write A 0 2
#= path = WP_REUSE
#= [!design=notify-under-lock] events(RANGE_START) = 0 and events(by=guest) = 0

## T40
#title: invalidate_range in range_end() over-invalidates: unmapping memory that was never touched floods the SMMU
#who: Alistair Popple
#when: 31 May 2023
#source: the thread of v1; linux-source-6.1 mm/mmu_notifier.c
#text: A process maps 1 GiB, touches nothing of it, and unmaps it, with a device attached.
#text: Before 6.6 range_end() tells the SMMU to drop everything although every entry was none; since then no CPU flushes, and nobody is told.
#claim: events(HOOK by=D during=unmap) > 0 and counter(D tlbiByAsid unmap) > 0
#on: arm64 x86-64 with smmuv3-sva
#verdict: true
#verdict: refuted in linux-6.6 linux-6.6-empty-range
mmap B 1 rw private-anon
mmap A 262144 rw private-anon
# x86-64 frees a folded P4D, with a flush, where nothing else is below the same entry of the root
write B 0 1
dev attach D $device
#: unmap
munmap A 0 262144
#= [linux-6.6] hooks = 0 and flushes = 0

## T41
#title: Each CPU TLB flush mirrors one to one to a flush of the secondary TLBs, no broader and no narrower
#who: Jason Gunthorpe
#when: 31 May 2023
#source: ZHZuSDp6ioPqI272; 6bbd42e2df8f
#text: A process writes, forks, copies, protects and unmaps; the log counts the CPU's flushes and the calls of the hook.
#text: In Linux 6.6 they are as many, at the same places. Before, range_end() and the clear-and-flush functions told of ranges of their own, and some flushes told nobody.
#claim: hooks(work) = flushes(work) and events(HOOK empty) = 0 and events(HOOK by=D cause=__mmu_notifier_invalidate_range_end) = 0
#on: arm64 arm64-hafdbs x86-64 with smmuv3-sva
#verdict: refuted
#verdict: true in linux-6.6
#verdict: depends in linux-6.6-empty-range
mmap B 1 rw private-anon
mmap A 8 rw private-anon
write B 0 1
dev attach D $device
#: work ...
write A 0 1
write A 1 1
fork C
write A 0 2
mprotect A 0 2 r
mprotect A 0 2 rw
write A 1 3
madvise A 0 1 dontneed
munmap A 0 8

## T42
#title: Only architectures that flush in ptep_set_access_flags() are affected
#who: Alistair Popple
#when: 20 June 2023
#source: RFC 0/2 of the merged series, cover.063f3dc2...
#text: An upgrade in place on each architecture; it is affected if its own CPUs need the flush, because only there the hook, or its absence, matters.
#text: The list of the mail is nearly right; and of those that flush only arm64 has an IOMMU that shares the CPU's page tables.
#claim: flushes(upgrade) > 0
#on: arm64 arm64-hafdbs x86-64 arm s390 sparc64 sparc32 ia64 mips loongarch riscv powerpc-radix powerpc-hash
#verdict: depends
mmap A 1 rw private-anon
write A 0 1
fork C
exit C
#: upgrade
write A 0 2
#= path = WP_REUSE

## T43
#title: Generic code cannot know whether an IOMMU needs the invalidation, so a generic call over-invalidates
#who: Alistair Popple
#when: 20 June 2023
#source: RFC 0/2 of the merged series, cover.063f3dc2...
#text: A hugetlb page is upgraded in place on x86-64: the CPU flushes nothing, and an IOMMU that walks again on a permission fault needs nothing.
#text: patch-v1, in generic code, calls all the same, and the guest of KVM that has the page mapped loses its entry for it.
#claim: events(HOOK by=smmu during=upgrade) > flushes(upgrade)
#on: x86-64 with kvm
#verdict: refuted
#verdict: true in patch-v1
config hugepages 4
mmap H 1 rw hugetlb-private
write H 0 1
dev attach D $device
dev attach smmu smmuv3-sva
fork C
dev read D H 0
exit C
#: upgrade
write H 0 2
#= path = HUGETLB_WP_REUSE
#= [patch-v1] zaps > 0

## T44
#title: The call at the architecture's own flushes is always right, and range_end() needs none
#who: Jason Gunthorpe
#when: 21 June 2023
#source: ZJMR5bw8l+BbzdJ7@ziepe.ca
#text: All kinds of change at once: upgrades at the tail and by reuse, a copy, a protection, an unmapping, and an unmapping of nothing.
#text: Linux 6.6 is the only design under which the device is neither stuck nor stale nor disturbed for nothing.
#claim: ok(tail) and ok(reuse) and value(copied) = 5 and refused(protected) and violations() = 0 and events(HOOK by=D during=nothing) = 0
#on: arm64 with smmuv3-sva
#verdict: refuted
#verdict: true in linux-6.6 linux-6.6-empty-range
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
mmap B 2 rw private-anon
read A 0
write B 0 1
write B 1 1
dev attach D $device
fork C
dev read D A 0
dev read D B 0
dev read D B 1
write B 1 5
#= path = WP_COPY
exit C
write A 0 7
write B 0 7
#: tail
dev write D A 0 9
#: reuse
dev write D B 0 9
#: copied
dev read D B 1
mprotect B 1 1 r
#: protected
dev write D B 1 9
mmap Z 1024 rw private-anon
#: nothing
munmap Z 0 1024

## T45
#title: flush_tlb_all() and flushes of kernel memory need no call, because no device maps kernel memory under SVA
#who: Alistair Popple
#when: 18 July 2023
#source: PATCH 0/4 of the merged series, cover.b4454f7f...; contradicted in 2025 by CVE-2025-71202, "iommu/sva: invalidate stale IOTLB entries for kernel address space", 72f98ef9a4be
#kind: record
#text: It was taken for true until 2025: the kernel half of an x86 page table is not mapped for a device, yet the IOMMU walks and caches its upper levels, and they are freed and used again without a call.
#text: The simulated machines have no kernel page tables, so that nothing here can show it; the derivation is that a cache of page-table pages (paging-structure cache) has to be told of a freed table even if no leaf below it was ever readable.

## T47
#title: Is ptep_set_access_flags() the only problem site? Calls beside the flush are easy to miss; calls in the flush functions are not
#who: Anshuman Khandual, Alistair Popple
#when: 19 July 2023
#source: v2 of the merged series, cover.de785688...
#text: Four ways to make an entry writable in place: the tail of the fault handler, reuse after fork, the same of a hugetlb page, the same of a huge PMD.
#text: The design with single calls misses two of them; the hook in the flush functions has them all. That each of its call sites is needed is a test of this project: without any one of them a scenario of this catalogue fails.
#claim: ok(tail) and ok(reuse) and ok(hugetlb) and ok(huge)
#on: arm64 with smmuv3-sva
#verdict: true
#verdict: refuted in linux-6.3 patch-v1 notify-under-lock
config thp always
config hugepages 4
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
mmap B 1 rw private-anon
mmap H 1 rw hugetlb-private
mmap T 1024 rw private-anon
read A 0
write B 0 1
write H 0 1
write T 512 1
#= page T 512 huge
dev attach D $device
fork C
dev read D A 0
dev read D B 0
dev read D H 0
dev read D T 512
exit C
# a call about 2 MiB drops all that the SMMU has, so the small pages come first
write A 0 2
#= path = SET_ACCESS_FLAGS
#: tail
dev write D A 0 9
write B 0 2
#= path = WP_REUSE
#: reuse
dev write D B 0 9
write T 512 2
#= path = HUGE_WP
#: huge
dev write D T 512 9
write H 0 2
#= path = HUGETLB_WP_REUSE
#: hugetlb
dev write D H 0 9

## T49
#title: x86-64 must call the hook when a page is added to the batch of reclaim, not when the batch is flushed
#who: Alistair Popple, after a report by SeongJae Park
#when: 20 July 2023
#source: v3 of the merged series, cover.b2436233...; arch/x86/include/asm/tlbflush.h arch_tlbbatch_add_pending()
#text: A page is reclaimed while another CPU may have it cached, so that the flush is put off; when it comes the mm is not known any more.
#text: The call comes first, for the whole address space, and the CPUs' flush later: that is right because the entry is none already when the device is told.
#claim: events(HOOK whole during=reclaim) = 1 and first(HOOK during=reclaim) < first(TLB_FLUSH during=reclaim) and violations() = 0
#on: x86-64 with smmuv3-sva
#verdict: refuted
#verdict: true in linux-6.6 linux-6.6-empty-range
config swap on
mmap A 2 rw private-anon
write A 0 1
cpu 1
read A 0
cpu 0
dev attach D $device
dev read D A 0
#: reclaim
madvise A 0 1 pageout
#= page A 0 swap
#: read
dev read D A 0
#= val 1
