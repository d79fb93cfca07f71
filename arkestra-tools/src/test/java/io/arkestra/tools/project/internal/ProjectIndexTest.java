package io.arkestra.tools.project.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tool.ToolResult;
import io.arkestra.tools.document.internal.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectIndexTest {
    private static final ToolContext ANN = user("ann");
    private static final ToolContext BOB = user("bob");
    private static final String INDEX = "{\"path\":\"shop\"}";

    @TempDir
    Path temporary;

    private Path root;
    private TestHome home;

    private static ToolContext user(String name) {
        // One for all tests of the class, so it must not be over before the last of them.
        return TestToolContext.builder()
                .scope(Scope.of(UserId.of(name)))
                .timeout(Duration.ofHours(1))
                .build();
    }

    @BeforeEach
    void open() throws IOException {
        Path files = temporary.toRealPath();
        root = Files.createDirectory(files.resolve("shop"));
        home = TestHome.of(files);
        file("src/Cart.java", """
                package shop;

                /** Holds what a customer wants to buy. */
                public final class Cart {
                    private int items;

                    /** Adds up prices with the discount. */
                    public long totalPrice(long discount) {
                        return items * 100L - discount;
                    }
                }
                """);
        file("README.md", "# Shop\n\nA shop for aardvarks.\n");
        file("src/Invoice.java", "package shop;\n\nfinal class Invoice {\n    String zebra;\n}\n");
    }

    @AfterEach
    void close() {
        home.close();
    }

    /** Written some time ago, so that its time tells whether it changed. */
    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }

    private Json indexed(ToolContext user) {
        return home.run("index.project", INDEX, user).data();
    }

    private static String figures(Json data) {
        return "files " + data.integer("files").orElseThrow() + " added "
                + data.integer("added").orElseThrow() + " changed "
                + data.integer("changed").orElseThrow() + " removed "
                + data.integer("removed").orElseThrow() + " read "
                + data.integer("read").orElseThrow();
    }

    private ToolResult search(ToolContext user, String query) {
        return home.run("project.search", "{\"query\":\"" + query + "\",\"project\":\"shop\"}", user);
    }

    @Test
    void index_thenSearch_citesPathAndLines() {
        assertEquals("files 3 added 3 changed 0 removed 0 read 3", figures(indexed(ANN)));
        ToolResult found = search(ANN, "totalPrice");
        Json first = found.data().list("passages").get(0);
        assertEquals("src/Cart.java", first.text("title"));
        assertTrue(first.text("place").matches("src/Cart\\.java:\\d+-\\d+"), first::toString);
        assertTrue(
                first.integer("line").orElseThrow() <= 8
                        && first.integer("lastLine").orElseThrow() >= 8,
                first::toString);
        assertEquals(Set.of(Taint.of("document", "project/shop")), found.taints());
        assertEquals(
                "README.md",
                search(ANN, "aardvarks").data().list("passages").get(0).text("title"));
    }

    @Test
    void index_again_readsOnlyWhatChanged() throws IOException {
        indexed(ANN);
        assertEquals("files 3 added 0 changed 0 removed 0 read 0", figures(indexed(ANN)));

        file("src/Cart.java", "package shop;\n\nfinal class Cart {\n    String walrus;\n}\n");
        file("src/New.java", "package shop;\n\nfinal class New {\n    String pelican;\n}\n");
        Files.delete(root.resolve("README.md"));
        assertEquals("files 3 added 1 changed 1 removed 1 read 2", figures(indexed(ANN)));
        assertTrue(search(ANN, "walrus").text().contains("src/Cart.java"));
        assertTrue(search(ANN, "pelican").text().contains("src/New.java"));
        assertFalse(search(ANN, "aardvarks").text().contains("README"));
        assertFalse(search(ANN, "discount").text().contains("discount;"));
    }

    @Test
    void index_afterARename_knowsTheNewNameOnly() throws IOException {
        indexed(ANN);
        Files.move(root.resolve("src/Invoice.java"), root.resolve("src/Bill.java"));
        assertEquals("files 3 added 1 changed 0 removed 1 read 1", figures(indexed(ANN)));
        String found = search(ANN, "zebra").text();
        assertTrue(found.contains("src/Bill.java") && !found.contains("Invoice.java"), found);
    }

    @Test
    void index_touchedOrSameTime_isReadAndLeftOrNoticed() throws IOException {
        indexed(ANN);
        Path cart = root.resolve("src/Cart.java");
        Files.setLastModifiedTime(cart, FileTime.from(Instant.now().minus(Duration.ofMinutes(10))));
        assertEquals("files 3 added 0 changed 0 removed 0 read 1", figures(indexed(ANN)));
        // Written just before it is indexed, and again to the same length in the same moment.
        Files.writeString(cart, "class Cart { String first1; }\n");
        FileTime now = Files.getLastModifiedTime(cart);
        indexed(ANN);
        Files.writeString(cart, "class Cart { String secon2; }\n");
        Files.setLastModifiedTime(cart, now);
        assertEquals(1, indexed(ANN).integer("changed").orElseThrow());
        assertTrue(search(ANN, "secon2").text().contains("secon2"));
    }

    @Test
    void index_binaryAndGeneratedFiles_areLeftOutAndNotReadAgain() throws IOException {
        Files.write(root.resolve("data.dat"), new byte[] {1, 0, 2});
        Files.setLastModifiedTime(
                root.resolve("data.dat"), FileTime.from(Instant.now().minusSeconds(3_600)));
        file("bundle.js", "var a=" + "1+".repeat(5_000) + "1;");
        Json data = indexed(ANN);
        assertEquals(3, data.integer("files").orElseThrow());
        assertEquals(2, data.integer("leftOut").orElseThrow());
        assertEquals(0, indexed(ANN).integer("read").orElseThrow());
    }

    @Test
    void index_ofOneUser_isNotSeenByAnotherNorAmongDocuments() {
        indexed(ANN);
        assertEquals(
                Reason.NOT_FOUND,
                assertThrows(ToolException.class, () -> search(BOB, "aardvarks"))
                        .reason());
        assertTrue(home.run("index.status", "{}", BOB).text().contains("No project"));
        assertTrue(home.run("index.status", "{}", ANN).text().contains("3 files"));
        assertTrue(home.run("document.list", "{}", ANN).text().contains("No documents"));
        assertTrue(home.run("document.search", "{\"query\":\"aardvarks\"}", ANN)
                .text()
                .contains("Nothing"));
        assertEquals(
                List.of(),
                home.memory()
                        .recall(ANN.scope(), RecallQuery.about("aardvarks"))
                        .section(Passage.Kind.DOCUMENT));
        indexed(BOB);
        home.run("index.drop", "{\"project\":\"shop\"}", BOB);
        assertTrue(search(ANN, "aardvarks").text().contains("README.md"));
    }

    @Test
    void drop_forgetsEverything() {
        indexed(ANN);
        home.run("index.drop", "{\"project\":\"shop\"}", ANN);
        assertEquals(List.of(), documents());
        assertThrows(ToolException.class, () -> search(ANN, "aardvarks"));
        assertEquals(3, indexed(ANN).integer("added").orElseThrow());
    }

    private List<DocumentInfo> documents() {
        return home.memory().documents().list(ANN.scope(), Optional.empty(), 1_000);
    }

    @Test
    void erase_ofTheUser_takesTheIndexAlong() {
        indexed(ANN);
        home.store().erase(Owner.of(UserId.of("ann")));
        home.memory().erase(UserId.of("ann"));
        assertTrue(home.run("index.status", "{}", ANN).text().contains("No project"));
        assertEquals(List.of(), documents());
    }

    @Test
    void index_cancelledInTheMiddle_goesOnTheNextTime() throws IOException {
        for (int i = 0; i < 300; i++) {
            file("many/F" + i + ".java", "class F" + i + " {\n    String word" + i + ";\n}\n");
        }
        CancellationSource source = new CancellationSource();
        ToolContext stopped = stopping(source, 200);
        assertThrows(CancelledException.class, () -> home.run("index.project", INDEX, stopped));
        assertTrue(home.run("index.status", "{}", ANN).text().contains("not complete"));
        int kept = documents().size();
        assertTrue(kept >= 64 && kept < 303, "kept " + kept);
        Json data = indexed(ANN);
        assertEquals(303, data.integer("files").orElseThrow());
        assertEquals(303 - kept, data.integer("read").orElseThrow(), "what was finished is not read again");
        assertTrue(search(ANN, "word299").text().contains("many/F299.java"));
    }

    /** Cancels after so many files. */
    private static ToolContext stopping(CancellationSource source, int after) {
        ToolContext inner = TestToolContext.builder()
                .scope(ANN.scope())
                .cancellation(source)
                .build();
        return (ToolContext) java.lang.reflect.Proxy.newProxyInstance(
                ToolContext.class.getClassLoader(), new Class<?>[] {ToolContext.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("progress")) {
                        if ((Long) arguments[1] >= after) {
                            source.cancel("enough");
                        }
                        return null;
                    }
                    return method.invoke(inner, arguments);
                });
    }

    @Test
    void index_whatIsNoProject_isRefused() throws IOException {
        for (String path : List.of("nowhere", "shop/README.md", "../..")) {
            assertThrows(
                    ToolException.class, () -> home.prepare("index.project", "{\"path\":\"" + path + "\"}", ANN), path);
        }
        assertThrows(
                ToolException.class, () -> home.prepare("index.project", "{\"path\":\"shop\",\"name\":\"a/b\"}", ANN));
        indexed(ANN);
        Files.createDirectories(root.resolve("other/shop"));
        assertEquals(
                Reason.CONFLICT,
                assertThrows(
                                ToolException.class,
                                () -> home.prepare("index.project", "{\"path\":\"shop/other/shop\"}", ANN))
                        .reason());
    }

    @Test
    void watch_filesThatChange_areFoundWithoutAnotherCall() throws Exception {
        indexed(ANN);
        home.run("index.watch", "{\"project\":\"shop\"}", ANN);
        assertTrue(home.run("index.status", "{}", ANN).text().contains("watched"));
        Files.createDirectories(root.resolve("fresh/inner"));
        Files.writeString(root.resolve("fresh/inner/Owl.java"), "class Owl {\n    String nightbird;\n}\n");
        await(() -> search(ANN, "nightbird").text().contains("Owl.java"));
        Files.writeString(root.resolve("fresh/inner/Owl.java"), "class Owl {\n    String daybird;\n}\n");
        await(() -> search(ANN, "daybird").text().contains("daybird"));
        Files.delete(root.resolve("src/Invoice.java"));
        await(() -> !search(ANN, "zebra").text().contains("Invoice.java"));

        home.run("index.watch", "{\"project\":\"shop\",\"on\":false}", ANN);
        assertFalse(home.run("index.status", "{}", ANN).text().contains("watched"));
        home.run("index.watch", "{\"project\":\"shop\"}", ANN);
        home.close();
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.isAlive() && thread.getName().equals("arkestra-project-watch")));
        home = TestHome.of(temporary.toRealPath());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within a minute");
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(50).toNanos());
        }
    }
}
