package io.arkestra.store.h2.internal;

import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

final class Backup {
    record Manifest(UUID store, long sequence, Instant madeAt) {}

    private Backup() {}

    static void write(Database database, boolean persistent, Path file, Manifest manifest) {
        throw new UnsupportedOperationException();
    }
}
