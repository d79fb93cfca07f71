package io.arkestra.llm.llamacpp.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.testkit.TinyGguf;
import io.arkestra.testkit.WatchedCancellation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ModelStoreTest {
    private static final byte[] MODEL = TinyGguf.random(7).bytes();
    private static final int HALF = MODEL.length / 2;

    @TempDir
    Path directory;

    private FileServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FileServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void pull_wholeFile_liesThereWithItsHashAndNothingElse() throws Exception {
        server.answer(FileServer.whole(MODEL, "\"a\""));
        List<ModelProgress.State> heard = new ArrayList<>();

        Path file = store().build().pull("tiny", heard::add, Cancellation.none());

        assertArrayEquals(MODEL, Files.readAllBytes(file));
        assertEquals(hash(MODEL) + "  tiny.gguf\n", Files.readString(directory.resolve("tiny.gguf.sha256")));
        assertFalse(Files.exists(part()));
        assertFalse(Files.exists(directory.resolve("tiny.gguf.part.json")));
        assertEquals(0, heard.get(0).bytes());
        assertEquals(MODEL.length, heard.get(heard.size() - 1).bytes());
        assertEquals(OptionalLong.of(MODEL.length), heard.get(0).total());
        assertEquals(hash(MODEL), store().build().verify("tiny"));
    }

    @Test
    void pull_connectionCut_keepsThePartAndContinuesIt() throws Exception {
        server.answer(FileServer.first(MODEL, HALF, "\"a\"")).answer(restOfPart("\"a\""));
        ModelStore store = store().build();

        ModelStoreException cut = failure(store);
        assertEquals("models.cut", cut.code());
        assertTrue(cut.retryable());
        long kept = Files.size(part());
        assertTrue(kept > 0 && kept <= HALF, "kept " + kept);
        assertEquals(ModelFile.State.PARTIAL, store.list().get(0).state());

        assertArrayEquals(MODEL, Files.readAllBytes(store.pull("tiny")));
        assertEquals("bytes=" + kept + "-", server.requests.get(1).get("range"));
        assertEquals("\"a\"", server.requests.get(1).get("if-range"));
    }

    @Test
    void pull_resumedButTheServerHasAnotherVersion_startsOver() throws Exception {
        server.answer(FileServer.first(TinyGguf.random(8).bytes(), HALF, "\"old\""))
                .answer(FileServer.whole(MODEL, "\"new\""));
        ModelStore store = store().build();
        failure(store);

        assertArrayEquals(MODEL, Files.readAllBytes(store.pull("tiny")));
    }

    @Test
    void pull_resumedAnd206OfAnotherVersion_startsOver() throws Exception {
        server.answer(FileServer.first(MODEL, HALF, "\"old\""))
                .answer(restOfPart("\"new\""))
                .answer(FileServer.whole(MODEL, "\"new\""));
        ModelStore store = store().build();
        failure(store);

        assertArrayEquals(MODEL, Files.readAllBytes(store.pull("tiny")));
        assertFalse(server.requests.get(2).containsKey("range"));
    }

    @Test
    void pull_resumedAnd416_startsOver() throws Exception {
        server.answer(FileServer.first(MODEL, HALF, "\"a\""))
                .answer(FileServer.of("416 Range Not Satisfiable", List.of("Content-Length: 0"), new byte[0]))
                .answer(FileServer.whole(MODEL, "\"a\""));
        ModelStore store = store().build();
        failure(store);

        assertArrayEquals(MODEL, Files.readAllBytes(store.pull("tiny")));
    }

    @Test
    void pull_weakEtag_isNotContinued() throws Exception {
        server.answer(FileServer.first(MODEL, HALF, "W/\"a\"")).answer(FileServer.whole(MODEL, "W/\"a\""));
        ModelStore store = store().build();
        failure(store);

        assertArrayEquals(MODEL, Files.readAllBytes(store.pull("tiny")));
        assertFalse(server.requests.get(1).containsKey("range"));
    }

    @Test
    void pull_partDamagedOnDisk_isNoticedByTheHash() throws Exception {
        server.answer(FileServer.first(MODEL, HALF, "\"a\"")).answer(restOfPart("\"a\""));
        ModelStore store = store().build();
        failure(store);
        byte[] damaged = Files.readAllBytes(part());
        damaged[damaged.length / 2] ^= 1;
        Files.write(part(), damaged);

        assertEquals("models.checksum", failure(store).code());
        assertFalse(Files.exists(part()));
    }

    @Test
    void pull_wrongBytes_areDeletedAndBothHashesNamed() {
        byte[] wrong = MODEL.clone();
        wrong[wrong.length - 1] ^= 1;
        server.answer(FileServer.whole(wrong, "\"a\""));

        ModelStoreException failure = failure(store().build());

        assertEquals("models.checksum", failure.code());
        assertTrue(failure.getMessage().contains(hash(wrong)), failure.getMessage());
        assertTrue(failure.getMessage().contains(hash(MODEL)), failure.getMessage());
        assertFalse(Files.exists(part()));
        assertFalse(Files.exists(directory.resolve("tiny.gguf")));
    }

    /** Many times, since the client may report such an exchange as failed as a whole. */
    @RepeatedTest(30)
    void pull_serverHangsUpAfterTheHeaders_saysWhatTheyMean() {
        server.answer(FileServer.of("404 Not Found", List.of("Content-Length: 1000"), new byte[0]));

        assertEquals("models.not-found", failure(store().build()).code());
    }

    @RepeatedTest(30)
    void pull_lengthOtherThanTheCatalogue_isRefusedBeforeItIsRead() {
        server.answer(FileServer.of("200 OK", List.of("Content-Length: 999999999"), new byte[0]));

        assertEquals("models.size", failure(store().build()).code());
        assertFalse(Files.exists(part()));
    }

    @Test
    void pull_moreThanSaid_isCapped() {
        byte[] more = java.util.Arrays.copyOf(MODEL, MODEL.length + 1);
        server.answer(FileServer.of("200 OK", List.of(), more));

        assertEquals("models.size", failure(store().build()).code());
        assertFalse(Files.exists(part()));
    }

    @Test
    void pull_serverHangs_endsAndKeepsThePart() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        server.answer(out -> {
            FileServer.first(MODEL, HALF, "\"a\"").write(out);
            over.await();
        });

        ModelStoreException failure =
                failure(store().idleTimeout(Duration.ofSeconds(2)).build());
        over.countDown();

        assertEquals("models.cut", failure.code());
        assertTrue(failure.getMessage().contains("nothing came for"), failure.getMessage());
        assertTrue(Files.size(part()) > 0);
    }

    @Test
    void pull_serverHangsWithUnknownLength_isNotTakenForTheEnd() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        server.answer(out -> {
            FileServer.of("200 OK", List.of(), MODEL).write(out);
            over.await();
        });
        ModelStore store = ModelStore.in(directory)
                .consent(offer -> true)
                .idleTimeout(Duration.ofSeconds(2))
                .build();

        ModelStoreException failure =
                assertThrows(ModelStoreException.class, () -> store.pull(server.url("/tiny.gguf")));
        over.countDown();

        assertEquals("models.cut", failure.code());
    }

    @Test
    void pull_cancelledAfterTheFirstPiece_keepsIt() throws Exception {
        server.answer(FileServer.whole(MODEL, "\"a\""));
        Cancellation afterTheFirst =
                new WatchedCancellation(look -> part().toFile().length() > 0);

        ModelStore store = store().build();
        assertThrows(CancelledException.class, () -> store.pull("tiny", ModelProgress.none(), afterTheFirst));

        int kept = (int) Files.size(part());
        assertTrue(kept > 0 && kept < MODEL.length, "kept " + kept);
        server.answer(FileServer.rest(MODEL, kept, "\"a\""));
        assertArrayEquals(MODEL, Files.readAllBytes(store.pull("tiny")));
    }

    @Test
    void pull_cancelledWhileTheServerIsSilent_endsAtOnce() {
        CountDownLatch over = new CountDownLatch(1);
        CancellationSource source = new CancellationSource();
        server.answer(out -> {
            FileServer.first(MODEL, HALF, "\"a\"").write(out);
            source.cancel("enough");
            over.await();
        });

        ModelStore store = store().build();
        assertThrows(CancelledException.class, () -> store.pull("tiny", ModelProgress.none(), source));
        over.countDown();
        assertFalse(Files.exists(directory.resolve("tiny.gguf")));
    }

    @Test
    void pull_redirectToPlainHttpElsewhere_isNotFollowed() {
        server.answer(FileServer.of("302 Found", List.of("Location: http://example.com/tiny.gguf"), new byte[0]));

        ModelStoreException failure = failure(store().build());

        assertEquals("models.redirect", failure.code());
        assertTrue(failure.getMessage().contains("http://example.com/tiny.gguf"), failure.getMessage());
    }

    @Test
    void pull_redirectWithinThisMachine_isFollowed() throws Exception {
        server.answer(FileServer.of("302 Found", List.of("Location: /other.gguf", "Content-Length: 0"), new byte[0]))
                .answer(FileServer.whole(MODEL, "\"a\""));

        assertArrayEquals(MODEL, Files.readAllBytes(store().build().pull("tiny")));
        assertEquals("GET /other.gguf HTTP/1.1", server.requests.get(1).get(""));
    }

    @Test
    void pull_pageInsteadOfAModel_isDeleted() {
        server.answer(FileServer.whole("<html>log in</html>".getBytes(), "\"a\""));
        ModelStore store = ModelStore.in(directory).consent(offer -> true).build();

        ModelStoreException failure =
                assertThrows(ModelStoreException.class, () -> store.pull(server.url("/tiny.gguf")));

        assertEquals("models.header", failure.code());
        assertFalse(Files.exists(part()));
    }

    @Test
    void pull_missingAtTheFirstAddress_takesTheNext() throws Exception {
        server.answer(FileServer.of("404 Not Found", List.of("Content-Length: 0"), new byte[0]))
                .answer(FileServer.whole(MODEL, "\"a\""));
        ModelEntry two = entry(List.of(server.url("/gone.gguf"), server.url("/tiny.gguf")));
        ModelStore store = ModelStore.in(directory)
                .catalogue(ModelCatalogue.of(List.of(two)))
                .consent(offer -> true)
                .build();

        assertArrayEquals(MODEL, Files.readAllBytes(store.pull("tiny")));
    }

    @Test
    void pull_begunWhereTheFileIsGoneNow_takesTheNextAddress() throws Exception {
        server.answer(FileServer.first(MODEL, HALF, "\"a\""))
                .answer(FileServer.of("404 Not Found", List.of("Content-Length: 0"), new byte[0]))
                .answer(FileServer.whole(MODEL, "\"b\""));
        ModelEntry two = entry(List.of(server.url("/one.gguf?key=secret"), server.url("/two.gguf")));
        ModelStore store = ModelStore.in(directory)
                .catalogue(ModelCatalogue.of(List.of(two)))
                .consent(offer -> true)
                .build();
        ModelStoreException cut = failure(store);

        assertFalse(cut.getMessage().contains("secret"), cut.getMessage());
        assertArrayEquals(MODEL, Files.readAllBytes(store.pull("tiny")));
        assertEquals("GET /two.gguf HTTP/1.1", server.requests.get(2).get(""));
    }

    @Test
    void pull_tooLittleSpace_isRefused() {
        server.answer(FileServer.whole(MODEL, "\"a\""));

        assertEquals(
                "models.space", failure(store().freeSpace(() -> 1000).build()).code());
    }

    @Test
    void pull_offline_opensNoSocketThoughConsented() {
        ModelStore store = store().offline(true).build();

        assertEquals("models.offline", failure(store).code());
        assertTrue(server.requests.isEmpty());
    }

    @Test
    void pull_nobodyToAsk_namesTheCommandAndOpensNoSocket() {
        ModelStore store = ModelStore.in(directory)
                .catalogue(ModelCatalogue.of(List.of(entry(List.of(server.url("/tiny.gguf"))))))
                .build();

        ModelStoreException failure = failure(store);

        assertEquals("models.consent", failure.code());
        assertTrue(failure.getMessage().contains("-Dmodels.args=\"pull tiny --dir " + directory), failure.getMessage());
        assertTrue(server.requests.isEmpty());
    }

    @Test
    void pull_nobodyToAskAboutACatalogueOfAFile_namesTheFileInTheCommand() throws Exception {
        Path file = Files.writeString(
                directory.resolve("mine.json"),
                "{\"models\": [{\"id\": \"tiny\", \"file\": \"tiny.gguf\", \"urls\": [\"https://example.com/tiny.gguf\"]}]}");
        ModelStore store =
                ModelStore.in(directory).catalogue(ModelCatalogue.read(file)).build();

        String message = failure(store).getMessage();

        assertTrue(message.contains("pull tiny --catalogue " + file + " --dir " + directory + " --yes"), message);
    }

    @Test
    void pull_declined_isToldWhatItWasAskedAndOpensNoSocket() {
        List<ModelOffer> offers = new ArrayList<>();
        ModelStore store = store().consent(offer -> !offers.add(offer)).build();

        assertEquals("models.consent", failure(store).code());
        assertEquals(OptionalLong.of(MODEL.length), offers.get(0).size());
        assertEquals(Optional.of("MIT"), offers.get(0).license());
        assertEquals(directory.resolve("tiny.gguf"), offers.get(0).target());
        assertTrue(server.requests.isEmpty());
    }

    @Test
    void pull_heldByAnother_isBusy() throws Exception {
        try (FileChannel held = FileChannel.open(
                directory.resolve(".tiny.gguf.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            held.lock();
            assertEquals("models.busy", failure(store().build()).code());
        }
    }

    @Test
    void pull_fileOfThisMachine_isCopiedOfflineToo() throws Exception {
        Path source = TinyGguf.random(7)
                .write(Files.createDirectory(directory.resolve("from")).resolve("mine.gguf"));
        ModelStore store = ModelStore.in(directory).offline(true).build();

        Path file = store.pull(source.toUri().toString());

        assertEquals(directory.resolve("mine.gguf"), file);
        assertArrayEquals(MODEL, Files.readAllBytes(file));
        assertEquals("mine", store.list().get(0).id());
    }

    @Test
    void verify_changedFile_namesBothHashesAndKeepsIt() throws Exception {
        server.answer(FileServer.whole(MODEL, "\"a\""));
        ModelStore store = store().build();
        Path file = store.pull("tiny");
        byte[] changed = MODEL.clone();
        changed[changed.length - 1] ^= 1;
        Files.write(file, changed);

        ModelStoreException failure = assertThrows(ModelStoreException.class, () -> store.verify("tiny"));

        assertTrue(failure.getMessage().contains(hash(changed))
                && failure.getMessage().contains(hash(MODEL)));
        assertTrue(Files.exists(file));
    }

    @Test
    void remove_installed_leavesNothingOfTheModel() throws Exception {
        server.answer(FileServer.whole(MODEL, "\"a\""));
        ModelStore store = store().build();
        store.pull("tiny");

        store.remove("tiny");

        assertFalse(Files.exists(directory.resolve("tiny.gguf")));
        assertFalse(Files.exists(directory.resolve("tiny.gguf.sha256")));
        assertEquals(
                "models.missing",
                assertThrows(ModelStoreException.class, () -> store.remove("tiny"))
                        .code());
    }

    private ModelStore.Builder store() {
        return ModelStore.in(directory)
                .catalogue(ModelCatalogue.of(List.of(entry(List.of(server.url("/tiny.gguf"))))))
                .consent(offer -> true);
    }

    private static ModelEntry entry(List<String> urls) {
        return new ModelEntry(
                "tiny",
                "tiny.gguf",
                OptionalLong.of(MODEL.length),
                Optional.of(hash(MODEL)),
                Optional.of("MIT"),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                List.of("junior"),
                urls);
    }

    private static ModelStoreException failure(ModelStore store) {
        return assertThrows(ModelStoreException.class, () -> store.pull("tiny"));
    }

    /** How much of a cut answer reaches the store is the network's matter. */
    private FileServer.Answer restOfPart(String etag) {
        return out -> FileServer.rest(MODEL, (int) Files.size(part()), etag).write(out);
    }

    private Path part() {
        return directory.resolve("tiny.gguf.part");
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
