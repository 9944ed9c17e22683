package io.mmulab.lab;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/** What a caller demands of the change that it asks for, beside the change itself; in force during {@link #during}. */
public final class Change {
    private static final ScopedValue<Change> CURRENT = ScopedValue.newInstance();
    private static final Change ANY = new Change(null, null, null);

    private final @Nullable Long version;
    private final @Nullable String key;
    private final @Nullable String request;
    private @Nullable Long committed;

    /**
     * Demands.
     *
     * @param version number of the machine's last operation; null for any
     * @param key that makes the change once, however often it is asked for; null for none
     * @param request checksum of the request, with the key
     */
    public Change(@Nullable Long version, @Nullable String key, @Nullable String request) {
        this.version = version;
        this.key = key;
        this.request = request;
    }

    /** Does the work under these demands. */
    public <R> R during(Callable<R> work) throws Exception {
        return ScopedValue.where(CURRENT, this).call(work::call);
    }

    /** Those in force; none outside of {@link #during}. */
    public static Change current() {
        return CURRENT.isBound() ? CURRENT.get() : ANY;
    }

    @Nullable
    String key() {
        return key;
    }

    String request() {
        return String.valueOf(request);
    }

    /** @throws PreconditionFailedException if the machine is not where the caller thinks */
    void check(String machine, long operations) {
        if (version != null && version != operations) {
            throw new PreconditionFailedException(machine, operations);
        }
    }

    void committed(long operations) {
        if (this != ANY) {
            committed = operations;
        }
    }

    /** Number of the machine's last operation after the change; null if there was none. */
    public @Nullable Long committed() {
        return committed;
    }
}
