# MADV_WILLNEED (mm/madvise.c madvise_willneed), held against recordings of all six kernels

## willneed.page_is_in_the_cache_not_mapped
config swap on
mmap A 4 rw private-anon
write A 0 1
write A 1 2
madvise A 0 4 pageout
#= page A 0 swap
madvise A 0 4 willneed
#= page A 0 swap
read A 0
#= val 1
read A 1
#= val 2
config swap off

## willneed.shared_memory
config swap on
mmap S 4 rw shared-anon
write S 0 1
write S 1 2
madvise S 0 4 pageout
madvise S 0 4 willneed
#= page S 0 none
read S 0
#= val 1
config swap off
read S 1
#= val 2
#= page S 1 present

## willneed.whatever_is_mapped
mmap A 2 rw private-anon
madvise A 0 2 willneed
#= page A 0 none
write A 0 3
madvise A 0 2 willneed
read A 0
#= val 3
