# Devices with tables of their own beside KVM: GPUs, network adapters, grants, pinned memory.

## T19
#title: Callbacks of interval notifiers may sleep
#who: Alistair Popple
#when: 23 May 2023
#source: 875y8jappz.fsf@nvidia.com (the seed); mm/mmu_notifier.c mmu_notifier_range_blockable()
#text: A GPU mirrors pages while they are copied, protected and unmapped: each of its callbacks is called where sleeping is allowed.
#text: That is why they cannot be hooked to a call that is made under the page-table lock.
#claim: events(by=D RANGE_START) > 2 and events(by=D atomic) = 0 and events(VIOLATION SLEEP_IN_ATOMIC) = 0
#on: arm64 x86-64 with gpu-hmm rdma-odp test-hmm
#verdict: true
mmap A 4 rw private-anon
write A 0 1
dev attach D $device
dev read D A 0
fork C
dev read D A 0
write A 0 2
dev read D A 0
mprotect A 0 1 r
dev read D A 0
munmap A 0 4

## T29
#title: Interval notifiers are not hooked into invalidate_range; they see start and end only
#who: Alistair Popple
#when: 23 May 2023
#source: the thread of v1; mm/mmu_notifier.c __mmu_notifier_invalidate_range() walks only the list
#text: A GPU and an SMMU on the same page while it is copied and unmapped: the hook reaches the one, and start the other.
#text: So a call of invalidate_range for the upgrade can do nothing for a GPU, which needs nothing: it maps the page again when it faults.
#claim: events(HOOK by=D) = 0 and events(HOOK by=smmu) > 0 and events(RANGE_START by=D) > 0
#on: arm64 x86-64 with gpu-hmm rdma-odp xen-gntdev
#verdict: true
mmap A 2 rw private-anon
write A 0 1
write A 1 1
dev attach D $device
dev attach smmu smmuv3-sva
fork C
dev read D A 0
dev read smmu A 0
write A 0 2
#= [!xen-gntdev] path = WP_COPY
munmap A 1 1

## T35
#title: An arm64 hypervisor that shadowed the permissions of stage 1 through notifiers would be hit equally
#who: Robin Murphy
#when: 30 May 2023
#source: the thread of v1
#text: A hypervisor copies the CPU's read-only entry when a guest reads, and hears of changes by start and end; the CPU's write upgrades the entry in place; the guest writes.
#text: It is stuck like the SMMU, and for longer: a call of the secondary-TLB hook does not reach it, and patch-v1 makes no window for a reuse. KVM is not, because it asks the host again.
#claim: stuck(write)
#on: arm64 with stage1-shadow
#verdict: true
#verdict: refuted in notify-under-lock
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

## T48
#title: start and end are too early and too late for who shares the page table; it has either them or the hook, never both
#who: Alistair Popple
#when: 19 July 2023
#source: v4 5/5 of the merged series; mm/mmu_notifier.c __mmu_notifier_register(): WARN_ON_ONCE and -EINVAL
#kind: record
#text: Hardware can refill at any time: an entry dropped at start comes back while the page is still mapped, and is used until end although the page is free by then (R-FREE-EARLY). The interleaving is inside of one operation, which a run does not take apart.
#text: The other half is refused when it registers: a subscriber with the hook and with start or end gets -EINVAL since 6.6, and gets both before. No driver of Linux has both; a device design of one's own with SECONDARY_TLB_AND_START_END shows it.

## S-GPU
#title: An upgrade costs a GPU nothing but under patch-v1
#source: kernel-facts 8.5; mm/hmm.c hmm_range_fault()
#text: Mirrors with interval notifiers have a page mapped when the CPU's write upgrades the entry, and then write.
#text: Their own fault fetches the page for writing; only patch-v1 throws the mapping away that was right.
#claim: ok(write) and zaps(upgrade) = 0
#on: arm64 x86-64 with gpu-hmm nouveau-svm rdma-odp
#verdict: true
#verdict: depends in patch-v1 notify-under-lock
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#: write
dev write D A 0 9
read A 0
#= val 9

## S-PINNED
#title: Pinned memory hears nothing, and needs not
#source: kernel-facts 8.6; drivers/vfio/vfio_iommu_type1.c
#text: A device has a page pinned while the process forks, writes, throws it away and writes anew.
#text: It goes on with the page that it has, which nobody else gets: it diverges from the address by design, and no rule is broken.
#claim: ok(late) and events(RANGE_START HOOK by=D) = 0 and violations() = 0
#on: arm64 x86-64 with vfio-pinned
#verdict: true
mmap A 2 rw private-anon
write A 0 1
dev attach D $device
dev write D A 0 5
fork C
write A 0 2
madvise A 0 1 dontneed
write A 0 3
#: late
dev write D A 0 9
read A 0
#= val 3
