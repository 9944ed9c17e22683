# KVM: why it was not hit, and what it would have paid.

## T21
#title: patch-v1 silently regresses who does not filter events: KVM would zap at each upgrade
#who: Sean Christopherson
#when: 22 May 2023
#source: ZGu1vsbscdO48V6h@google.com; virt/kvm/kvm_main.c kvm_mmu_notifier_invalidate_range_start() does not look at the event
#text: A guest has mapped a page of a shared file read-only; the CPU's write upgrades the host's entry.
#text: The guest's entry is right before and after, and under patch-v1 it is zapped all the same, and the next access of the guest faults.
#claim: zaps(upgrade) > 0 and refaults(read) > 0
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
#: read
dev read D A 0
#= val 7

## T24
#title: Why has KVM on ARM not hit this?
#who: Alistair Popple
#when: 23 May 2023
#source: 875y8jappz.fsf@nvidia.com (the seed)
#text: The very scenario in which the SMMU is stuck, with a guest of KVM on arm64 in its place: the guest reads, the CPU's write upgrades the host's entry, the guest writes.
#text: The guest's write faults once in KVM's own table, KVM asks the host for the page again and makes its own entry writable, whatever the host has told or not told.
#answer: Because KVM does not reuse the host's entry: it has tables of its own, looks at the host's entry anew at each fault, and invalidates its own TLBs. It hears nothing of the upgrade under linux-6.3 and does not need to.
#claim: ok(write) and faults(write) <= 1
#on: arm64 arm64-hafdbs with kvm
#verdict: true
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

## T25
#title: KVM changes its own entries from read-only to writable irrespective of notifiers
#who: Sean Christopherson
#when: 22 May 2023
#source: ZGwDoONUFAHi7XKz@google.com; arch/arm64/kvm/mmu.c user_mem_abort() -> kvm_pgtable_stage2_relax_perms()
#text: A guest reads a page and later writes to it, and nobody on the host touches it in between: the guest's own write is what upgrades the host's entry.
#text: One exit, and progress, without a single call of start, end or the hook to the guest for the upgrade itself.
#claim: ok(write) and faults(write) = 1 and dropped(write) = 0 and events(by=D during=write RANGE_START HOOK) = 0
#on: arm64 x86-64 with kvm
#verdict: true
#verdict: refuted in notify-under-lock
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
dev read D A 0
exit C
#: write
dev write D A 0 9

## T37
#title: invalidate_range was made for IOMMUs; KVM used it later, to hide a race of the APIC-access page
#who: Jason Gunthorpe
#when: 30 May 2023
#source: ZHXj/6Bjraxqk4YR; b1394e745b94, e649b3f0188f; KVM: x86: use the standard hooks for the APIC-access page, 20230602011518.787006-1-seanjc@google.com
#text: What KVM should have done, and has done since: a guest's page is unmapped and comes back as another one, and the guest reads it, with start and end alone.
#text: A fault that comes while an invalidation is in progress, or has read its sequence before one, is tried again; the APIC-access page skipped that test, which is why it needed the second hook.
#claim: value(read) = 2 and events(HOOK by=D) = 0 and violations() = 0
#on: arm64 x86-64 with kvm
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
dev read D A 0
madvise A 0 1 dontneed
#= dropped = 1
write A 0 2
#: read
dev read D A 0

## T50
#title: Does the series help with stage-2 entries that stay read-only when KVM relaxes them?
#who: Will Deacon, of a report by Oliver Upton
#when: 8 June 2023
#source: thread of KVM: arm64: FEAT_BBM level 2, June 2023
#text: The claim is that the hook reaches KVM: a guest's page is upgraded and copied under every design while KVM listens.
#text: It never does, because KVM on arm64 does not implement it: stale stage-2 entries are KVM's own to invalidate, and that report was of KVM's own code.
#claim: events(HOOK by=D) > 0
#on: arm64 with kvm
#verdict: refuted
mmap A 2 rw private-anon
write A 0 1
write A 1 1
dev attach D $device
fork C
dev read D A 0
dev read D A 1
write A 1 2
#= path = WP_COPY
exit C
write A 0 2
#= path = WP_REUSE
dev write D A 0 9
#= ok
