package io.arkestra.store;

/** Another document of the same owner has the same unique key. */
public final class UniqueKeyException extends StoreException {
    private static final long serialVersionUID = 1L;

    public UniqueKeyException(String message) {
        super("unique-key", message);
    }
}
