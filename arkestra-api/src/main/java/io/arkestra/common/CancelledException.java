package io.arkestra.common;

/** The work was cancelled through its {@link Cancellation}; it left nothing half done that it could undo. */
public final class CancelledException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    public CancelledException(String reason) {
        super("cancelled", "Cancelled: " + reason);
    }
}
