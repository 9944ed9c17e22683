package io.mmulab.lab;

/** An idempotency key was sent with another request before. */
public final class KeyReusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyReusedException(String key) {
        super(key);
    }
}
