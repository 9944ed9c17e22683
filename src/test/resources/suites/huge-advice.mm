# MADV_FREE, MADV_COLD and MADV_PAGEOUT of huge pages and large folios (mm/madvise.c), held against recordings of all six kernels

## free.whole_huge_page
config thp always
mmap A 512 rw private-anon
write A 0 1
madvise A 0 512 free
#= page A 0 huge present rw clean ae map=1
write A 0 2
#= page A 0 huge dirty
read A 0
#= val 2

## free.part_splits
config thp always
mmap A 512 rw private-anon
write A 0 1
write A 7 3
madvise A 0 8 free
#= page A 0 !huge present rw clean ae map=1
#= page A 7 !huge present rw clean ae map=1
#= [6.1] page A 8 !huge !zero present rw dirty
#= [6.12 7.3] page A 8 zero
#= [6.12 7.3] page A 6 zero
read A 7
#= val 3

## free.shared_huge_page_stays
config thp always
mmap A 512 rw private-anon
write A 0 1
fork C
madvise A 0 512 free
#= page A 0 huge dirty map=2
madvise A 0 8 free
#= page A 0 huge dirty map=2
#= same A 0 = C A 0
exit C
madvise A 0 8 free
#= page A 0 !huge clean map=1

## free.huge_zero_page_stays
config thp always
mmap A 512 rw private-anon
read A 0
madvise A 0 8 free
#= page A 0 huge zero

## free.mthp_whole_and_part
#only [6.12 7.3]
config mthp 64 always
mmap A 32 rw private-anon
write A 0 1
write A 17 2
madvise A 0 16 free
#= page A 5 clean
madvise A 18 4 free
#= page A 17 !zero dirty
#= page A 18 zero
#= page A 16 zero
config mthp 64 never

## cold.whole_and_part
config thp always
mmap A 1024 rw private-anon
write A 0 1
write A 513 2
madvise A 0 512 cold
#= page A 0 huge dirty
madvise A 512 8 cold
#= page A 513 !huge !zero dirty map=1
read A 513
#= val 2

## pageout.without_swap_splits
config thp always
mmap A 512 rw private-anon
write A 0 1
madvise A 0 512 pageout
#= page A 0 !huge present dirty
read A 0
#= val 1

## pageout.to_swap_whole
config thp always
config swap on
mmap A 512 rw private-anon
write A 0 1
write A 3 2
madvise A 0 512 pageout
#= page A 0 swap
#= page A 511 swap
read A 3
#= val 2
config swap off
read A 0
#= val 1

## pageout.lazily_freed_is_gone
config thp always
config swap on
mmap A 512 rw private-anon
write A 0 1
madvise A 0 512 free
madvise A 0 512 pageout
#= page A 0 none
read A 0
#= val 0
config swap off

## swapin.large_folio_comes_back_whole
#only [6.12 7.3]
config mthp 64 always
config swap on
mmap A 16 rw private-anon
write A 0 1
write A 5 7
madvise A 0 16 pageout
#= page A 0 swap
read A 5
#= val 7
#= page A 0 present ae map=1
#= page A 15 present
write A 0 2
madvise A 0 1 dontneed
read A 5
#= val 7
madvise A 1 15 pageout
#= page A 2 zero
#= page A 5 swap
read A 5
#= val 7
config mthp 64 never
config swap off
