# The bug: a CPU makes an entry writable, and a device behind an SMMU goes on with the read-only one that it has cached.
# kernel-facts: T1, T2, T5, T9, T10, T26, T33, T34 and the rows of section 2.5.

## T1
#title: Some architectures need a TLB invalidation when an entry goes from read-only to writable
#who: Alistair Popple
#when: 22 May 2023
#source: [PATCH] mmu_notifiers: Notify on pte permission upgrades, 20230522063725.284686-1-apopple@nvidia.com; arch/arm64/mm/fault.c __ptep_set_access_flags(), arch/x86/mm/pgtable.c ptep_set_access_flags()
#text: CPU 1 has a read-only translation cached; CPU 0 takes the write fault that makes the entry writable in place.
#text: arm64 flushes there, because its TLBs keep the read-only entry; x86-64 does not, because a permission fault evicts it, so CPU 1 pays at most one more fault.
#claim: flushes(upgrade) > 0
#on: arm64 arm64-hafdbs x86-64
#verdict: depends
mmap A 1 rw private-anon
write A 0 1
fork C
exit C
cpu 1
read A 0
cpu 0
#: upgrade
write A 0 2
#= path = WP_REUSE
#= [x86] flushes = 0
#= [arm64] flushes = 1
#: other-cpu
cpu 1
write A 0 3
#= [arm64] faults = 0

## T2
#title: The notifiers assume that a permission upgrade needs no notification
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com; mm/memory.c handle_pte_fault(), wp_page_reuse()
#text: A guest of KVM and a device behind an SMMU are both subscribed while a write fault upgrades the entry in place.
#text: Linux 6.3 calls nobody at all; each of the three proposals calls somebody, from linux-6.6 on only where the CPU itself flushes.
#claim: calls(upgrade) = 0
#on: arm64 x86-64
#verdict: depends
#verdict: true in linux-6.3 patch-v1 page-response-invalidates
#verdict: refuted in notify-under-lock
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

## T5
#title: The CPU's own invalidation for upgrades happens in ptep_set_access_flags()
#who: Alistair Popple
#when: 22 May 2023
#source: arch/arm64/mm/fault.c __ptep_set_access_flags(): flush_tlb_page() if and only if the argument dirty is set
#text: On an arm64 without hardware access flags a read fault makes an old entry young, and a write fault makes a clean one dirty.
#text: Only the second one flushes: the function is told with an argument whether the fault was a write.
#claim: flushes(young) = 0 and events(TLB_FLUSH cause=ptep_set_access_flags during=write) + events(TLB_FLUSH cause=handle_pte_fault during=write) = 1
#on: arm64
#verdict: true
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
madvise A 0 1 cold
#: young
read A 0
#= path = SET_ACCESS_FLAGS
#: write
write A 0 1
#= path = SET_ACCESS_FLAGS

## T9
#title: An SMMU without BTM goes on returning the read-only entry although the CPU's entry is writable
#who: Alistair Popple
#when: 22 May 2023
#source: 20230522063725.284686-1-apopple@nvidia.com, 875y8jappz.fsf@nvidia.com
#text: A device reads a page of a shared file and caches the read-only entry; the CPU writes to the page, which makes the entry writable; the device writes.
#text: Under linux-6.3 nobody has told the SMMU, and the device faults on its old entry for ever; each of the other designs tells it.
#claim: stuck(write)
#on: arm64 with smmuv3-sva
#verdict: refuted
#verdict: true in linux-6.3
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#= path = SET_ACCESS_FLAGS
#= page A 0 present rw dirty
#: write
dev write D A 0 9
#= [linux-6.3] stuck and events(VIOLATION LOST_UPGRADE) = 1
#= [!linux-6.3] ok

## T10
#title: Such a device faults indefinitely
#who: Alistair Popple
#when: 19 July 2023
#source: v4 3/5 of the merged series; drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c: CMD_RESUME invalidates nothing
#text: The same device with a budget of 100 faults instead of 8: each fault finds an entry that allows the write already, so the handler changes and flushes nothing.
#text: All 100 are handled successfully, and the access makes no progress.
#claim: stuck(write) and faults(write) = 100 and flushes(write) = 0
#on: arm64 with smmuv3-sva:retryBudget=100
#verdict: refuted
#verdict: true in linux-6.3
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#: write
dev write D A 0 9

## T26
#title: The root cause is that the SMMU does not snoop the CPU's TLBI; with BTM it would
#who: Alistair Popple
#when: 23 May 2023
#source: 87wn0z98n7.fsf@nvidia.com; ptep_set_access_flags() of arch/arm64/mm/fault.c broadcasts
#text: The scenario of T9 with broadcast TLB maintenance reaching the SMMU: the CPU's own TLBI of the upgrade drops the device's entry, and one fault later the write is through.
#text: Mainline has never switched BTM on for shared virtual addressing, so this is what the kernel had been written for and not what it ran on.
#claim: ok(write)
#on: arm64 with smmuv3-sva:btm=true
#verdict: true
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#: write
dev write D A 0 9
#= faults <= 1

## T33
#title: An SMMU may cache that an entry is read-only
#who: Alistair Popple
#when: 30 May 2023
#source: the thread of v1; Arm SMMUv3 architecture specification, IHI 0070
#text: A device writes to a page that it could only read: the walk finds an entry without write permission and keeps it, but a walk that finds none at all keeps nothing.
#text: So the first write to an untouched page succeeds after one fault, and the write through the cached read-only entry is what gets stuck.
#claim: ok(untouched) and cached(D) = 2
#on: arm64 with smmuv3-sva
#verdict: true
mmap A 2 rw private-anon
dev attach D $device
#: untouched
dev write D A 1 1
#= faults = 1
read A 0
#: read-only
dev read D A 0
#= cached(D) = 2

## T34
#title: It is no bug of the SMMU: if the fault handler enters the mm, and the mm invalidates without telling the SMMU, the mm is at fault
#who: Robin Murphy
#when: 30 May 2023
#source: the thread of v1
#text: The device's own write fault is what upgrades the entry: the driver asks the mm, the mm makes the entry writable and flushes the CPUs' TLBs.
#text: Under linux-6.3 the device that caused it is the only one that is not told, and it stays stuck; the same mm code is right with BTM on.
#claim: stuck(write) and flushes(write) > 0
#on: arm64 with smmuv3-sva
#verdict: refuted
#verdict: true in linux-6.3 patch-v1
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
dev read D A 0
exit C
#: write
dev write D A 0 9
#= events(DEVICE_FAULT) = 1

## S-TAIL
#title: The upgrade at the tail of handle_pte_fault()
#source: kernel-facts 2.5; mm/memory.c handle_pte_fault()
#text: A device reads a clean, writable page of a shared file, which arm64 lets nobody write without a fault; then the CPU writes, then the device.
#text: patch-v1 was made for exactly this case, and with KVM it costs a needless zap and a refault.
#claim: ok(write)
#on: arm64 with smmuv3-sva smmuv3-sva:btm=true kvm
#verdict: true
#verdict: depends in linux-6.3
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#= [patch-v1 kvm] zaps = 1
#= [!patch-v1 !design=notify-under-lock] zaps = 0
#: write
dev write D A 0 9
#= [patch-v1 kvm] refaults = 1

## S-V1-HOLE
#title: Does patch-v1 cover the reuse of a page after fork?
#source: 20230522063725.284686-1-apopple@nvidia.com, read against mm/memory.c wp_page_reuse()
#text: A page is shared with a child that exits; the parent's next write finds nobody else using it and upgrades the entry in place, in wp_page_reuse().
#text: The patch of 22 May puts its calls into four other places, so the device stays stuck under it as it does under linux-6.3.
#answer: Nobody in the thread asked whether the patch covers its own main case. It does not: copy-on-write reuse, page_mkwrite and huge PMDs go another way.
#claim: ok(write)
#on: arm64 with smmuv3-sva
#verdict: true
#verdict: refuted in linux-6.3 patch-v1
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
read A 0
dev read D A 0
exit C
#: upgrade
write A 0 2
#= path = WP_REUSE
#= [patch-v1] calls = 0
#: write
dev write D A 0 9

## S-COPY
#title: Copy on write reaches the SMMU under every design
#source: kernel-facts 2.5; mm/memory.c wp_page_copy(): ptep_clear_flush_notify() before 6.6, flush_tlb_page() since
#text: The parent writes while its child still has the page, and gets a copy: the entry changes to another frame.
#text: That was always told to everybody, between clearing the old entry and writing the new one; the device reads the new page.
#claim: ok(write) and value(read) = 2
#on: arm64 x86-64 with smmuv3-sva kvm
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
read A 0
dev read D A 0
#: upgrade
write A 0 2
#= path = WP_COPY
#: read
dev read D A 0
#: write
dev write D A 0 9

## S-HUGETLB
#title: The reuse of a hugetlb page
#source: kernel-facts 2.5; mm/hugetlb.c hugetlb_wp(), huge_ptep_set_access_flags()
#text: A private hugetlb page is shared with a child that exits; the parent's write upgrades the entry in place.
#text: patch-v1 covers it in hugetlb_fault(), the later designs through the flush in huge_ptep_set_access_flags(); linux-6.3 tells nobody.
#claim: ok(write)
#on: arm64 with smmuv3-sva
#verdict: true
#verdict: refuted in linux-6.3 notify-under-lock
config hugepages 4
mmap A 1 rw hugetlb-private
write A 0 1
dev attach D $device
fork C
dev read D A 0
exit C
#: upgrade
write A 0 2
#= path = HUGETLB_WP_REUSE
#: write
dev write D A 0 9

## S-THP
#title: The reuse of a transparent huge page
#source: kernel-facts 2.5; mm/huge_memory.c do_huge_pmd_wp_page()
#text: A huge page is shared with a child that exits; the parent's write upgrades the huge PMD in place, and arm64 flushes one page of it.
#text: patch-v1 does not reach any PMD, so the device stays stuck there as in linux-6.3.
#claim: ok(write)
#on: arm64 with smmuv3-sva
#verdict: true
#verdict: refuted in linux-6.3 patch-v1 notify-under-lock
config thp always
mmap A 1024 rw private-anon
write A 512 1
#= page A 512 huge
dev attach D $device
fork C
dev read D A 512
exit C
#: upgrade
write A 512 2
#= path = HUGE_WP
#: write
dev write D A 512 9
