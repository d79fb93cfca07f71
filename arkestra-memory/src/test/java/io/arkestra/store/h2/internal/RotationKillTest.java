package io.arkestra.store.h2.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.arkestra.common.UserId;
import io.arkestra.store.KeyRing;
import io.arkestra.store.Owner;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it changes the ring key leaves a store that both keys together open. */
class RotationKillTest {
    private static final int KILLS = Integer.getInteger("arkestra.rotation.kills", 4);
    private static final int OWNERS = 400;

    @TempDir
    Path home;

    private static Owner owner(int number) {
        return Owner.of(UserId.of("user-" + number));
    }

    private static KeyRing rotated(int to) {
        return EncryptionTest.ring("k" + to, to).withEarlier("k" + (to - 1), EncryptionTest.key(to - 1));
    }

    /** Opens the home with the next ring key. */
    static final class Rotation {
        private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

        private Rotation() {}

        public static void main(String[] arguments) {
            OUT.println("begin");
            EncryptionTest.open(Path.of(arguments[0]), rotated(Integer.parseInt(arguments[1])));
            OUT.println("end");
        }
    }

    @Test
    void kill_whileKeysAreWrappedAnew_losesNoKey() throws Exception {
        try (H2DocStore store = EncryptionTest.open(home, EncryptionTest.ring("k1", 1))) {
            for (int i = 0; i < OWNERS; i++) {
                EncryptionTest.put(store, owner(i), "d", "text " + i);
            }
        }
        Random random = new Random();
        for (int kill = 0; kill < KILLS; kill++) {
            int to = kill + 2;
            openAndKill(to, random.nextInt(400));
            try (H2DocStore store = EncryptionTest.open(home, rotated(to))) {
                for (int i = 0; i < OWNERS; i += 7) {
                    assertEquals("text " + i, EncryptionTest.text(store, owner(i), "d"), "after kill " + kill);
                }
            }
            EncryptionTest.open(home, EncryptionTest.ring("k" + to, to)).close();
        }
    }

    private void openAndKill(int to, int millis) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Rotation.class.getName(),
                        home.toString(),
                        Integer.toString(to))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertNotNull(out.readLine());
            child.waitFor(400 + millis, java.util.concurrent.TimeUnit.MILLISECONDS);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
