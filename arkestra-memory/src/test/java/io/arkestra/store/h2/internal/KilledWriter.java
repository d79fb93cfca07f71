package io.arkestra.store.h2.internal;

import io.arkestra.common.Json;
import io.arkestra.store.DocWrite;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The process that {@link KillTest} kills: two writers that say what was acknowledged. */
final class KilledWriter {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private KilledWriter() {}

    public static void main(String[] arguments) {
        H2DocStore store = StoreHomes.open(Path.of(arguments[0]));
        for (String writer : new String[] {"a", "b"}) {
            new Thread(() -> write(store, writer), writer).start();
        }
    }

    /** Each transaction counts, writes a document, and writes one that the next transaction deletes. */
    private static void write(H2DocStore store, String writer) {
        while (true) {
            long n = store.inTransaction(tx -> {
                var counter = tx.get("notes", StoreHomes.ALICE, "counter-" + writer);
                long next = counter.map(doc -> doc.body().integer("n").orElseThrow())
                                .orElse(0L)
                        + 1;
                Json body = Json.object()
                        .put("n", next)
                        .put("text", "x".repeat(300))
                        .build();
                tx.put(
                        "notes",
                        counter.map(doc -> DocWrite.update(doc, body))
                                .orElseGet(() -> DocWrite.of(StoreHomes.ALICE, "counter-" + writer, body)));
                tx.put(
                        "notes",
                        DocWrite.of(StoreHomes.ALICE, writer + "-" + next, body).expectVersion(DocWrite.ABSENT));
                String gone = "gone-" + writer + next % 10;
                tx.put("notes", DocWrite.of(StoreHomes.ALICE, gone, body));
                tx.delete("notes", StoreHomes.ALICE, gone);
                return next;
            });
            if (n % 5 == 0) {
                store.sync();
            }
            if (n % 100 == 0) {
                store.compact();
            }
            OUT.println(writer + " " + n + ".");
        }
    }
}
