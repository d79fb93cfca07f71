package io.arkestra.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.ConfigException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {
    @TempDir
    Path directory;

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    private static String text(int seed) {
        return Base64.getEncoder().encodeToString(key(seed));
    }

    private Path file(String content, String permissions) throws Exception {
        Path file = Files.writeString(directory.resolve("keys"), content);
        if (posix()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
        return file;
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    @Test
    void of_keyAndEarlierOnes_findsEachAndTellsNone() {
        byte[] own = key(1);
        KeyRing ring = KeyRing.of("new", own).withEarlier("old", key(2)).withEarlier("older", key(3));
        own[0] = 9;
        assertEquals("new", ring.activeId());
        assertArrayEquals(key(1), ring.key("new").orElseThrow().getEncoded());
        assertArrayEquals(key(2), ring.key("old").orElseThrow().getEncoded());
        assertArrayEquals(key(3), ring.key("older").orElseThrow().getEncoded());
        assertTrue(ring.key("other").isEmpty());
        assertFalse(ring.toString().contains(text(1)));
        assertThrows(ConfigException.class, () -> ring.withEarlier("old", key(4)));
        assertThrows(ConfigException.class, () -> KeyRing.of("short", new byte[16]));
        assertThrows(ConfigException.class, () -> KeyRing.of("no blanks", key(1)));
    }

    @Test
    void load_fileOfItsOwner_hasTheFirstKeyActive() throws Exception {
        KeyRing ring = KeyRing.load(file("# ours\n\n2026 " + text(1) + "\n2025  " + text(2) + "\n", "rw-------"));
        assertEquals("2026", ring.activeId());
        assertArrayEquals(key(2), ring.key("2025").orElseThrow().getEncoded());
    }

    @Test
    void load_fileThatOthersMayRead_isRefusedWithTheFix() throws Exception {
        assumeTrue(posix(), "files have no owners here");
        for (String permissions : new String[] {"rw-r-----", "rw----r--", "rw-rw-rw-"}) {
            Path file = file("2026 " + text(1), permissions);
            ConfigException e = assertThrows(ConfigException.class, () -> KeyRing.load(file));
            assertTrue(e.getMessage().contains("chmod 600"), e.getMessage());
        }
    }

    @Test
    void load_anythingElse_isRefusedWithoutQuotingIt() throws Exception {
        for (String content : new String[] {
            "", "# nothing", "2026", "2026 secret!", "2026 c2VjcmV0", "a " + text(1) + "\na " + text(2), "a b c"
        }) {
            Path file = file(content, "rw-------");
            ConfigException e = assertThrows(ConfigException.class, () -> KeyRing.load(file));
            assertFalse(e.getMessage().contains("secret") || e.getMessage().contains("c2Vj"), e.getMessage());
            assertFalse(e.getMessage().contains(text(1)), e.getMessage());
        }
        assertThrows(ConfigException.class, () -> KeyRing.load(directory.resolve("none")));
    }

    @Test
    void loadOrCreate_noFile_makesOneForItsOwnerOnlyAndKeepsIt() throws Exception {
        Path file = directory.resolve("fresh");
        KeyRing made = KeyRing.loadOrCreate(file);
        KeyRing again = KeyRing.loadOrCreate(file);
        byte[] key = made.key(made.activeId()).orElseThrow().getEncoded();
        assertArrayEquals(key, again.key(again.activeId()).orElseThrow().getEncoded());
        assertFalse(Arrays.equals(key, new byte[32]));
        if (posix()) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
    }

    @Test
    void environment_variable_isReadByItsHandle() {
        Map<String, String> environment = Map.of("KEYS", "new:" + text(1) + ", old:" + text(2), "BAD", "x");
        KeyRing ring = KeyFile.environment("env://KEYS", environment);
        assertEquals("new", ring.activeId());
        assertTrue(ring.key("old").isPresent());
        for (String handle : new String[] {"env://NONE", "env://BAD", "env://", "KEYS"}) {
            assertThrows(ConfigException.class, () -> KeyFile.environment(handle, environment));
        }
    }
}
