package io.arkestra.common;

import java.util.Optional;

/** The cancellation that never happens. */
enum NoCancellation implements Cancellation {
    INSTANCE;

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public Optional<String> reason() {
        return Optional.empty();
    }

    @Override
    public Subscription onCancel(Runnable action) {
        return () -> {};
    }
}
