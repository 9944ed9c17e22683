package io.mmulab.kernel.machine;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.vma.MappedFile;

/**
 * One thing done to a machine. A machine's journal is the sequence of these; its state is their fold. {@code mm} is the id
 * of an address space, counted from 1; addresses and lengths are in bytes.
 */
public sealed interface Operation {

    /** A process starts with an empty address space; returns its id. {@code startBrk} is where its heap begins. */
    record Spawn(@Address long startBrk) implements Operation {}

    /** A file that mmap can name. */
    record CreateFile(String name, MappedFile.Kind kind, long pages, boolean writable, boolean cached)
            implements Operation {}

    /** mmap; {@code file} is null with MAP_ANONYMOUS. Returns the address. */
    record Mmap(int mm, @Address long address, long length, Set<Prot> prot, Set<MapFlag> flags, @Nullable String file,
            long offset) implements Operation {}

    /** munmap. */
    record Munmap(int mm, @Address long address, long length) implements Operation {}

    /** mprotect. */
    record Mprotect(int mm, @Address long address, long length, Set<Prot> prot) implements Operation {}

    /** madvise. */
    record Madvise(int mm, @Address long address, long length, Advice advice) implements Operation {}

    /** brk; returns the break. */
    record Brk(int mm, @Address long address) implements Operation {}

    /** A CPU reads, writes or executes one byte. */
    record Access(int mm, int cpu, @Address long address, AccessKind access, int value) implements Operation {}

    /** fork; returns the child's address space. */
    record Fork(int mm) implements Operation {}

    /** A new program in place of the old: the address space ends, a fresh one begins; returns its id. */
    record Exec(int mm, @Address long startBrk) implements Operation {}

    /** The last user of an address space exits. */
    record Exit(int mm) implements Operation {}

    /** A device of a model is made and bound to an address space; returns its id. */
    record AttachDevice(String name, String model, int mm, Map<String, String> options) implements Operation {}

    /** A device is unbound and gone. */
    record DetachDevice(String device) implements Operation {}

    /** A device reads or writes one byte. */
    record DeviceAccess(String device, @Address long address, AccessKind access, int value) implements Operation {}
}
