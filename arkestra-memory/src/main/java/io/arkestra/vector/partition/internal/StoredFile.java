package io.arkestra.vector.partition.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.io.IOException;

/**
 * What a manifest says of a file.
 *
 * @param name inside its directory
 * @param length in bytes
 * @param crc CRC-32C of all of it
 */
record StoredFile(String name, long length, long crc) {
    Json json() {
        return Json.object()
                .put("name", name)
                .put("length", length)
                .put("crc32c", Long.toHexString(crc))
                .build();
    }

    /** @throws IOException when a member is missing or malformed */
    static StoredFile of(Json json) throws IOException {
        try {
            return new StoredFile(
                    json.text("name"),
                    json.integer("length").orElseThrow(() -> new IOException("a file has no length")),
                    Long.parseUnsignedLong(json.text("crc32c"), 16));
        } catch (InvalidInputException | NumberFormatException e) {
            throw new IOException("the description of a file is malformed: " + e.getMessage(), e);
        }
    }
}
