package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.store.KeyRing;
import io.arkestra.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose host gave keys. */
class EncryptedHomeTest {
    private static final UserId ANN = UserId.of("ann");
    private static final String MARKER = "Zyxomarkeria";

    @TempDir
    Path directory;

    private static KeyRing ring() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 7);
        return KeyRing.of("k1", key);
    }

    private Arkestra open() {
        return Arkestra.builder()
                .home(directory.resolve("home"))
                .encryption(ring())
                .build();
    }

    private static void talk(Arkestra arkestra) {
        Session session = arkestra.session(ANN, SessionId.of("s"));
        Reply reply = session.ask("Remember that my cat is called " + MARKER);
        session.feedback(reply.turn(), Feedback.text(MARKER));
        session.ask("Remind me in 3 hours to feed " + MARKER);
        session.ask("My name is " + MARKER);
    }

    private List<String> database() throws IOException {
        return HomeBytes.holding(directory.resolve("home"), MARKER).stream()
                .filter(file -> !file.startsWith("index"))
                .toList();
    }

    @Test
    void conversation_encryptedHome_isReadableOnlyThroughTheEngine() throws Exception {
        Path backup = directory.resolve("backup.zip");
        try (Arkestra arkestra = open()) {
            talk(arkestra);
            assertTrue(arkestra.describe().contains("AES-256-GCM"), arkestra.describe());
            arkestra.backup(backup);
        }
        assertEquals(List.of(), database(), "outside the index");
        try (Arkestra arkestra = open()) {
            assertTrue(arkestra.session(ANN, SessionId.of("t"))
                    .ask("What is my cat called?")
                    .text()
                    .contains(MARKER));
            arkestra.people().forget(ANN);
        }
        assertEquals(List.of(), HomeBytes.holding(directory.resolve("home"), MARKER));
        StoreException e = assertThrows(
                StoreException.class,
                () -> Arkestra.builder().home(directory.resolve("home")).build());
        assertEquals("store.key-missing", e.code());

        ArkestraBuilder other =
                Arkestra.builder().home(directory.resolve("restored")).encryption(ring());
        Files.createDirectories(directory.resolve("restored"));
        other.restore(backup);
        try (Arkestra arkestra = other.build()) {
            assertFalse(Conversations.log(arkestra, ANN).isEmpty());
        }
    }

    @Test
    void encryption_homeThatWasPlain_isEncryptedWhenItIsOpened() throws Exception {
        try (Arkestra arkestra =
                Arkestra.builder().home(directory.resolve("home")).build()) {
            talk(arkestra);
            assertTrue(arkestra.describe().contains("encryption"), arkestra.describe());
        }
        assertFalse(database().isEmpty());
        try (Arkestra arkestra = open()) {
            assertEquals(List.of(), database());
            assertTrue(arkestra.session(ANN, SessionId.of("t"))
                    .ask("What is my cat called?")
                    .text()
                    .contains(MARKER));
        }
    }
}
