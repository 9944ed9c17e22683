# Other IOMMUs, and the devices behind them: who needs the call, who is told too much, and the bugs of drivers.

## T32
#title: A fault gives a page request: could the driver not invalidate before it answers?
#who: Jason Gunthorpe
#when: 27 May 2023
#source: ZHKaBQt8623s9+VK
#text: The SMMU's driver drops the page from its TLB before it answers a fault, for a device that stalls and for one whose own driver handles its faults.
#text: It helps the first under every design. It can't help the second, which is Alistair's: the IOMMU's driver is never asked.
#answer: Could the driver mend it when it answers a page request? Only for devices whose faults pass through it.
#claim: ok(write)
#on: arm64 with smmuv3-sva:invalidateBeforeAnswer=true smmuv3-sva:invalidateBeforeAnswer=true,fault=device
#verdict: true
#verdict: depends in linux-6.3 page-response-invalidates
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
write A 0 7
#: write
dev write D A 0 9

## T36
#title: VT-d needs no invalidation on an upgrade only if the device has recoverable page faults
#who: Robin Murphy
#when: 30 May 2023
#source: the thread of v1; kernel-facts 8.3 (not held against the VT-d specification)
#text: The same upgrade on x86-64 with a device that sends page requests, and with one whose faults its own driver handles.
#text: x86-64 flushes nothing, so no design tells either; the first loses its old entry with the answer to its request, the second keeps it for ever.
#claim: ok(write) and hooks(upgrade) = 0
#on: x86-64 with vtd-sva vtd-sva:fault=device
#verdict: depends
#verdict: true in notify-under-lock
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

## T38
#title: The hook should be named for what it does, to invalidate secondary TLBs; OpenCAPI uses it too
#who: Sean Christopherson
#when: 30 May 2023
#source: the thread of v1; 1af5a8109904 mmu_notifiers: rename invalidate_range notifier
#text: All devices that share the CPU's page table, of five makers: an entry that they have cached is replaced by a copy.
#text: Each hears it through the hook, and through nothing else; that is what the new name says.
#claim: events(HOOK by=D during=copy) > 0 and events(RANGE_START by=D) = 0 and value(read) = 2
#on: arm64 with smmuv3-sva ocxl:atsd=true
#on: x86-64 with vtd-sva amd-sva
#verdict: true
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
dev read D A 0
#: copy
write A 0 2
#= path = WP_COPY
#: read
dev read D A 0

## T46
#title: BTM cannot turn a broadcast by ASID into an invalidation of a PCIe device's own TLB: software must always send those
#who: Kevin Tian, Alistair Popple
#when: 19 July 2023
#source: v2 of the merged series, cover.de785688...; drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c: arm_smmu_atc_inv_domain() is unconditional
#text: With BTM the CPU's broadcast of an upgrade reaches the SMMU's TLB, but not the one that the device itself has with ATS.
#text: Under linux-6.3 nobody tells the device's TLB either, and it is stuck for all its BTM; wherever the hook is called the driver sends the command.
#claim: ok(write)
#on: arm64 with smmuv3-sva:btm=true smmuv3-sva:btm=true,ats=true
#verdict: true
#verdict: depends in linux-6.3
file F 4 tmpfs
mmap A 1 rw shared-file file F 0
read A 0
dev attach D $device
dev read D A 0
#: upgrade
write A 0 7
#: write
dev write D A 0 9

## S-VTD
#title: An upgrade costs an IOMMU on x86-64 nothing
#source: kernel-facts 2.5
#text: Devices behind VT-d and AMD IOMMUs, with page requests, while a page is upgraded in place on x86-64.
#text: They fault once, and their IOMMU walks again; no design calls the hook, except patch-v1 for hugetlb, which is T43.
#claim: ok(write) and faults(write) <= 1 and hooks(upgrade) = 0 and dropped(upgrade) = 0
#on: x86-64 with vtd-sva amd-sva
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

## B-VTD-ALL
#title: Linux 6.6 and VT-d: the whole address space was rounded up to nothing
#source: e7ad6c2a4b1a iommu/vt-d: Fix incorrect cache invalidation for mm notification
#text: fork flushes the parent's whole address space, and the hook hears (0, -1); the number of its pages, rounded up, was 0.
#text: Since 6.6 that was all that the device heard: it keeps its writable entry and writes into the page that the child reads. Before, range_end() told of each VMA, and the bug could not be seen.
#claim: events(VIOLATION) > 0
#on: x86-64 with vtd-sva:bug=whole-mm-overflows
#verdict: refuted
#verdict: true in linux-6.6 linux-6.6-empty-range
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
dev write D A 0 1
fork C
#: write
dev write D A 0 9

## B-ATSCOUNT
#title: The SMMU's driver counted its devices with ATS wrong, and sent their TLBs nothing
#source: 685ca577b408 (6.17-rc3)
#text: A page that a device has in its own TLB is unmapped and its frame is given away.
#text: The SMMU's TLB is told, the device's is not: it goes on using a frame that has another owner.
#claim: events(VIOLATION) > 0
#on: arm64 with smmuv3-sva:ats=true,bug=ats-count
#verdict: true
mmap A 2 rw private-anon
write A 0 1
dev attach D $device
dev write D A 0 1
#: unmap
munmap A 0 1
#: write
dev write D A 0 9

## B-PGSIZE
#title: The SVA domain had no page size, and range commands were shifted by it
#source: 12f78021973a iommu/arm-smmu-v3: Fix pgsize_bit for sva domains
#text: With range commands a device's page is thrown away in a range of a few pages.
#text: The shift takes the range for far more pages than it has, so that nothing stays stale in this case; what it costs is counted.
#claim: violations() = 0 and value(read) = 0
#on: arm64 with smmuv3-sva:rangeCommands=true,bug=pgsize
#verdict: true
mmap A 4 rw private-anon
write A 0 1
write A 1 2
dev attach D $device
dev read D A 0
dev read D A 1
madvise A 0 4 dontneed
#: read
dev read D A 0

## B-OCXL-ALL
#title: OpenCAPI's driver takes the whole address space page by page
#source: kernel-facts 8.6 (own reading of linux-source-6.12 drivers/misc/ocxl/link.c)
#text: fork's flush tells the hook (0, -1), and the driver writes the link's registers once for each page of it, under a spinlock.
#text: Before 6.6 the driver hears the VMAs' ranges instead, which are short here; since then fork on powerpc would not come back.
#claim: counter(D softLockups) > 0
#on: powerpc-radix powerpc-radix-power9 with ocxl:atsd=true
#verdict: refuted
#verdict: true in linux-6.6 linux-6.6-empty-range
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
dev read D A 0
fork C

## T39
#title: OpenCAPI is not hit, because Power needs no invalidation when an entry goes from read-only to writable
#who: Alistair Popple
#when: 31 May 2023
#source: the thread of v1; arch/powerpc/mm/book3s64/radix_pgtable.c radix__ptep_set_access_flags(); Power ISA 3.1B 6.10.1.2
#text: True of Power's CPUs; but the nest MMU of POWER9, through which OpenCAPI devices look, can't relax a permission that it has cached, and the kernel works around that: where such a device is attached it clears the entry, flushes, and sets it anew.
#text: With the workaround the device gets through under every design; with the rules of a Power CPU that has none it is stuck under each that waits for a flush. It is the same bug, mended in the architecture years before.
#claim: ok(write)
#on: powerpc-radix powerpc-radix-power9 with ocxl
#verdict: depends
#verdict: true in page-response-invalidates
mmap A 1 rw private-anon
write A 0 1
dev attach D $device
fork C
dev read D A 0
exit C
#: upgrade
write A 0 2
#= path = WP_REUSE
#= [powerpc-radix-power9] flushes = 1
#= [powerpc-radix !powerpc-radix-power9] flushes = 0
#: write
dev write D A 0 9
