package io.arkestra.common;

/** A registration that ends when it is closed. Closing is idempotent, thread-safe and never throws. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
