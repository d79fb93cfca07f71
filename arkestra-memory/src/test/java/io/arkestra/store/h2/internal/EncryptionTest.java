package io.arkestra.store.h2.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.KeyRing;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import io.arkestra.testkit.TestProviderContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that encrypts: what its file shows, which keys it opens with, what it notices. */
class EncryptionTest {
    static final Owner ALICE = Owner.of(UserId.of("alice"));
    static final Owner BOB = Owner.of(UserId.of("bob"));
    static final CollectionSpec LETTERS = CollectionSpec.builder("letters")
            .field("kind", FieldType.STRING)
            .orderedIndex("kind")
            .feed()
            .build();
    private static final CollectionSpec SHAPES =
            CollectionSpec.builder("shapes").clear(CollectionSpec.Clear.BLOB).build();
    private static final String MARKER = "Zyxomarkeria";

    @TempDir
    Path home;

    static KeyRing ring(String id, int seed) {
        return KeyRing.of(id, key(seed));
    }

    static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    static H2DocStore open(Path home, KeyRing ring) {
        H2DocStore store = (H2DocStore) new H2DocStoreProvider()
                .open(TestProviderContext.builder()
                        .dataDirectory(home)
                        .service(KeyRing.class, ring)
                        .build());
        store.define(LETTERS);
        store.define(SHAPES);
        return store;
    }

    private H2DocStore openPlain() {
        H2DocStore store = (H2DocStore) new H2DocStoreProvider()
                .open(TestProviderContext.builder().dataDirectory(home).build());
        store.define(LETTERS);
        return store;
    }

    static Doc put(DocStore store, Owner owner, String id, String text) {
        Json body = Json.object().put("kind", "note").put("text", text).build();
        return store.inTransaction(
                tx -> tx.put("letters", DocWrite.of(owner, id, body).blob(text.getBytes(StandardCharsets.UTF_16BE))));
    }

    static String text(DocStore store, Owner owner, String id) {
        Doc doc = store.inTransaction(tx -> tx.get("letters", owner, id)).orElseThrow();
        assertArrayEquals(
                doc.body().text("text").getBytes(StandardCharsets.UTF_16BE),
                doc.blob().orElseThrow());
        return doc.body().text("text");
    }

    private List<String> filesWith(String word) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                for (var encoding : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE)) {
                    if (bytes.contains(new String(word.getBytes(encoding), StandardCharsets.ISO_8859_1))) {
                        found.add(file.getFileName() + " " + encoding);
                    }
                }
            }
        }
        return found;
    }

    @Test
    void put_anyDocument_isReadBackByEveryWayAndInNoByteOfTheFile() throws Exception {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            put(store, ALICE, "a", MARKER + " один");
            put(store, BOB, "a", MARKER + " two");
            put(store, Owner.SYSTEM, "s", MARKER);
            String large = (MARKER + "ы ").repeat(200_000);
            put(store, ALICE, "large", large);
            assertEquals(large, text(store, ALICE, "large"));
            store.sync();
            assertEquals(List.of(), filesWith(MARKER));
        }
        assertEquals(List.of(), filesWith(MARKER));
        try (H2DocStore store = open(home, ring("k1", 1))) {
            assertEquals(MARKER + " один", text(store, ALICE, "a"));
            assertEquals(MARKER + " two", text(store, BOB, "a"));
            assertEquals(
                    List.of("a", "large"),
                    store
                            .inTransaction(tx -> tx.find("letters", ALICE, DocQuery.where(Filter.eq("kind", "note"))))
                            .docs()
                            .stream()
                            .map(Doc::id)
                            .toList());
            assertEquals(
                    4, store.fetch("letters", store.changes("letters", 0, 10)).size());
            Doc doc = store.inTransaction(tx -> tx.get("letters", ALICE, "a")).orElseThrow();
            Json changed = doc.body().with("text", Json.of("other"));
            store.inTransaction(tx ->
                    tx.put("letters", DocWrite.update(doc, changed).blob("other".getBytes(StandardCharsets.UTF_16BE))));
            assertEquals("other", text(store, ALICE, "a"));
        }
    }

    @Test
    void put_blobLeftInTheClear_isBesideAnEncryptedBody() throws Exception {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            Json body = Json.object().put("text", "hidden-body").build();
            store.inTransaction(tx -> tx.put(
                    "shapes", DocWrite.of(ALICE, "s", body).blob("visible-blob".getBytes(StandardCharsets.UTF_8))));
            Doc doc = store.inTransaction(tx -> tx.get("shapes", ALICE, "s")).orElseThrow();
            assertEquals(body, doc.body());
            assertEquals("visible-blob", new String(doc.blob().orElseThrow(), StandardCharsets.UTF_8));
        }
        assertEquals(List.of(), filesWith("hidden-body"));
        assertFalse(filesWith("visible-blob").isEmpty());
    }

    @Test
    void open_wrongMissingOrNoKey_isRefusedWithTheFixAndChangesNothing() throws Exception {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            put(store, ALICE, "a", MARKER);
        }
        byte[] before = Files.readAllBytes(home.resolve(Home.FILE));
        StoreException none = assertThrows(StoreException.class, this::openPlain);
        assertEquals("store.key-missing", none.code());
        assertTrue(none.getMessage().contains("[k1]") && none.getMessage().contains(".encryption("), none.getMessage());
        StoreException wrong = assertThrows(StoreException.class, () -> open(home, ring("k1", 2)));
        assertEquals("store.key-wrong", wrong.code());
        assertTrue(wrong.getMessage().contains("'k1'"), wrong.getMessage());
        StoreException missing = assertThrows(StoreException.class, () -> open(home, ring("k2", 2)));
        assertEquals("store.key-missing", missing.code());
        assertTrue(
                missing.getMessage().contains("[k1]") && missing.getMessage().contains("'k2'"), missing.getMessage());
        assertArrayEquals(before, Files.readAllBytes(home.resolve(Home.FILE)));
        try (H2DocStore store = open(home, ring("k1", 1))) {
            assertEquals(MARKER, text(store, ALICE, "a"));
        }
    }

    @Test
    void open_newActiveKey_wrapsAllAnewSoThatTheOldOneCanGo() {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            put(store, ALICE, "a", MARKER);
            put(store, BOB, "a", "bob's");
        }
        try (H2DocStore store = open(home, ring("k2", 2).withEarlier("k1", key(1)))) {
            assertEquals(MARKER, text(store, ALICE, "a"));
            put(store, ALICE, "b", "later");
        }
        assertThrows(StoreException.class, () -> open(home, ring("k1", 1)));
        try (H2DocStore store = open(home, ring("k2", 2))) {
            assertEquals(MARKER, text(store, ALICE, "a"));
            assertEquals("later", text(store, ALICE, "b"));
            assertEquals("bob's", text(store, BOB, "a"));
        }
    }

    @Test
    void define_collectionThatWasInTheClear_isEncryptedWithoutTouchingItsFeed() throws Exception {
        List<?> changes;
        try (H2DocStore store = openPlain()) {
            for (int i = 0; i < 450; i++) {
                put(store, i % 2 == 0 ? ALICE : BOB, "d" + i, MARKER + i);
            }
            changes = store.changes("letters", 0, 1_000);
        }
        assertFalse(filesWith(MARKER).isEmpty());
        try (H2DocStore store = open(home, ring("k1", 1))) {
            assertEquals(List.of(), filesWith(MARKER), "at once, not only after the next compaction");
            assertEquals(changes, store.changes("letters", 0, 1_000));
            for (int i = 0; i < 450; i++) {
                assertEquals(MARKER + i, text(store, i % 2 == 0 ? ALICE : BOB, "d" + i));
            }
        }
        assertEquals(
                "store.key-missing",
                assertThrows(StoreException.class, this::openPlain).code());
    }

    @Test
    void define_fieldAddedToEncryptedDocuments_isFilledFromThem() {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            put(store, ALICE, "a", "find me");
        }
        try (H2DocStore store = open(home, ring("k1", 1))) {
            store.define(CollectionSpec.builder("letters")
                    .field("kind", FieldType.STRING)
                    .field("text", FieldType.STRING)
                    .orderedIndex("text")
                    .feed()
                    .build());
            assertEquals(1L, store.<Long>inTransaction(tx -> tx.count("letters", ALICE, Filter.eq("text", "find me"))));
        }
    }

    private void tamper(String sql, Object... values) {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            assertEquals(1, (int) store.<Integer>onDatabase(handle -> Sql.update(handle, sql, values)));
        }
    }

    private void assertTampered(Owner owner, String id) {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            StoreException e =
                    assertThrows(StoreException.class, () -> store.inTransaction(tx -> tx.get("letters", owner, id)));
            assertEquals("store.tampered", e.code());
            assertTrue(e.getMessage().contains("'" + id + "'"), e.getMessage());
        }
    }

    @Test
    void get_ciphertextChangedMovedOrPutBack_isNoticed() {
        byte[] old;
        try (H2DocStore store = open(home, ring("k1", 1))) {
            put(store, ALICE, "changed", "one");
            put(store, ALICE, "moved", "two");
            put(store, BOB, "stolen", "three");
            put(store, ALICE, "older", "four");
            old = store.onDatabase(handle -> Sql.first(
                    handle,
                    "SELECT \"blob\" FROM \"d_letters\" WHERE \"id\"='older'",
                    (row, context) -> row.getBytes(1)));
            put(store, ALICE, "older", "five");
        }
        tamper("UPDATE \"d_letters\" SET \"blob\"=INSERT(\"blob\",40,1,X'00') WHERE \"id\"='changed'");
        assertTampered(ALICE, "changed");
        tamper(
                "UPDATE \"d_letters\" SET \"blob\"=(SELECT \"blob\" FROM \"d_letters\" WHERE \"id\"='older') WHERE \"id\"='moved'");
        assertTampered(ALICE, "moved");
        tamper("UPDATE \"d_letters\" SET \"owner\"='u:alice' WHERE \"id\"='stolen'");
        assertTampered(ALICE, "stolen");
        tamper("UPDATE \"d_letters\" SET \"blob\"=? WHERE \"id\"='older'", (Object) old);
        assertTampered(ALICE, "older");
        tamper("UPDATE \"d_letters\" SET \"blob\"=X'01' WHERE \"id\"='moved'");
        assertTampered(ALICE, "moved");
    }

    @Test
    void erase_owner_destroysTheKeySoThatOldCopiesStayShut() throws Exception {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            put(store, ALICE, "a", MARKER);
            put(store, BOB, "a", "bob's");
            assertEquals(1, keys(store, ALICE));
            assertEquals(1, store.erase(ALICE));
            assertEquals(0, keys(store, ALICE));
            assertEquals("bob's", text(store, BOB, "a"));
            put(store, ALICE, "a", "somebody new");
            assertEquals("somebody new", text(store, ALICE, "a"));
            assertFalse(store.collections().contains("keys"));
        }
        try (H2DocStore store = open(home, ring("k1", 1))) {
            assertEquals("somebody new", text(store, ALICE, "a"));
        }
    }

    private static long keys(H2DocStore store, Owner owner) {
        return store.onDatabase(
                handle -> Sql.number(handle, "SELECT COUNT(*) FROM \"d_keys\" WHERE \"owner\"=?", owner.key()));
    }

    @Test
    void inTransaction_rolledBackWithANewKey_nextWriteUsesAKeyThatIsKept() {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            assertThrows(
                    IllegalStateException.class,
                    () -> store.inTransaction(tx -> {
                        Json body = Json.object().put("text", "x").build();
                        Doc doc = tx.put("letters", DocWrite.of(ALICE, "a", body));
                        assertEquals(
                                doc.body(),
                                tx.get("letters", ALICE, "a").orElseThrow().body());
                        throw new IllegalStateException("rolled back");
                    }));
            put(store, ALICE, "a", "kept");
        }
        try (H2DocStore store = open(home, ring("k1", 1))) {
            assertEquals("kept", text(store, ALICE, "a"));
        }
    }

    @Test
    void put_keyIsUsedUp_goesOnWithAnotherAndReadsBoth() {
        Vault vault = Vault.counting(ring("k1", 1), 8, 4);
        Opening opening = new Opening(Clock.systemUTC(), false, warning -> {}, vault);
        try (H2DocStore store = new H2DocStore(opening.inDirectory(home), Clock.systemUTC(), vault).prepareKeys()) {
            store.define(LETTERS);
            for (int i = 0; i < 20; i++) {
                put(store, ALICE, "d" + i, "text " + i);
            }
            assertEquals(3, keys(store, ALICE));
        }
        try (H2DocStore store = open(home, ring("k1", 1))) {
            for (int i = 0; i < 20; i++) {
                assertEquals("text " + i, text(store, ALICE, "d" + i));
            }
        }
    }

    @Test
    void backup_encryptedStore_holdsNoTextAndIsRestored() throws Exception {
        Path backup = home.resolve("backup.zip");
        try (H2DocStore store = open(home, ring("k1", 1))) {
            put(store, ALICE, "a", MARKER);
            store.backup(backup);
        }
        Path restored = Files.createDirectory(home.resolve("restored"));
        new H2DocStoreProvider()
                .restore(
                        backup,
                        TestProviderContext.builder()
                                .dataDirectory(restored)
                                .service(KeyRing.class, ring("k1", 1))
                                .build());
        assertEquals(List.of(), filesWith(MARKER));
        try (H2DocStore store = open(restored, ring("k1", 1))) {
            assertEquals(MARKER, text(store, ALICE, "a"));
        }
    }

    @Test
    void define_collectionNamedKeys_isRefused() {
        try (H2DocStore store = open(home, ring("k1", 1))) {
            StoreException e = assertThrows(
                    StoreException.class,
                    () -> store.define(CollectionSpec.builder("keys").build()));
            assertEquals("store.reserved", e.code());
        }
    }

    @Test
    void open_inMemory_encryptsToo() {
        Vault vault = Vault.of(Optional.of(ring("k1", 1)));
        assertTrue(vault.seals(LETTERS));
        try (H2DocStore store = (H2DocStore) new H2DocStoreProvider()
                .open(TestProviderContext.builder()
                        .service(KeyRing.class, ring("k1", 1))
                        .build())) {
            store.define(LETTERS);
            put(store, ALICE, "a", MARKER);
            assertEquals(MARKER, text(store, ALICE, "a"));
        }
    }
}
