package io.arkestra.store.h2.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNameTest {
    @TempDir
    Path directory;

    @Test
    void of_environment_isAskedFirst() throws IOException {
        Path file = Files.writeString(directory.resolve("hostname"), "filed\n");
        assertEquals("unix", HostName.of(Map.of("HOSTNAME", "unix", "COMPUTERNAME", "windows"), List.of(file)));
        assertEquals("windows", HostName.of(Map.of("HOSTNAME", " ", "COMPUTERNAME", "windows"), List.of(file)));
    }

    @Test
    void of_files_givesTheFirstLineOfTheFirstThatHasOne() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        Path file = Files.writeString(directory.resolve("hostname"), "box-1\nmore\n");
        assertEquals("box-1", HostName.of(Map.of(), List.of(directory.resolve("none"), empty, file)));
    }

    @Test
    void of_nothing_saysThisMachine() {
        assertEquals("this machine", HostName.of(Map.of(), List.of(directory.resolve("none"))));
    }

    /** A look-up of the own name goes to the resolver of the system, which opens sockets. */
    @Test
    void directoryLock_classFiles_nameNoInternetAddress() throws IOException {
        for (Class<?> type : List.of(DirectoryLock.class, HostName.class)) {
            try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
                String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains("java/net/"), type.getName());
            }
        }
    }
}
