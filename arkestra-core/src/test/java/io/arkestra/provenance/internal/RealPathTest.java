package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealPathTest {
    @TempDir
    Path directory;

    @Test
    void of_upFromALink_isAboveWhereItLeads() throws IOException {
        Path real = directory.toRealPath();
        Files.createDirectories(real.resolve("a/b"));
        Files.createSymbolicLink(real.resolve("link"), real.resolve("a/b"));
        assertEquals(real + "/a/new.txt", RealPath.of(real.resolve("link/../new.txt")));
        Files.writeString(real.resolve("a/old.txt"), "x");
        assertEquals(real + "/a/old.txt", RealPath.of(real.resolve("link/../old.txt")));
        assertEquals(real + "/a/b/new/c.txt", RealPath.of(real.resolve("link/new/c.txt")));
        assertEquals(real + "/new.txt", RealPath.of(real.resolve("none/../new.txt")));
    }
}
