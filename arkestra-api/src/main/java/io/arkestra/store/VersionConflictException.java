package io.arkestra.store;

/** Somebody else wrote the document meanwhile. Read it again and decide anew. */
public final class VersionConflictException extends StoreException {
    private static final long serialVersionUID = 1L;

    public VersionConflictException(String message) {
        super("version-conflict", message, true, null);
    }
}
