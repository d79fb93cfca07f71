package io.arkestra.tool.select.internal;

import io.arkestra.common.Json;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.policy.Risk;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.tool.UsageGuide;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Keeps what took a model to make: refined guides and vectors, one document for each definition of a tool. All of it can be made again.
 * Thread-safe.
 */
final class GuideStore {
    static final CollectionSpec COLLECTION = CollectionSpec.builder("tool_guides")
            .derived()
            .check(doc -> {
                doc.body().text("tool");
                doc.body().text("version");
            })
            .build();

    private final DocStore store;

    GuideStore(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    /** The refined guide of a definition. */
    Optional<UsageGuide> guide(Definition definition) {
        return store.inTransaction(tx -> tx.get(COLLECTION.name(), Owner.SYSTEM, definition.id()))
                .flatMap(doc -> doc.body().get("guide"))
                .map(guide -> read(definition, guide));
    }

    void keep(Definition definition, UsageGuide guide) {
        change(
                definition,
                write -> DocWrite.of(write.owner(), write.id(), write.body().with("guide", written(guide)))
                        .blob(write.blob().orElse(new byte[0])));
    }

    /** The vectors of one model, as far as they are kept. */
    Map<Definition, float[]> vectors(Collection<Definition> definitions, String model) {
        return store.inTransaction(tx -> {
            Map<Definition, float[]> vectors = new HashMap<>();
            for (Definition definition : definitions) {
                tx.get(COLLECTION.name(), Owner.SYSTEM, definition.id())
                        .filter(doc -> doc.body().text("model").equals(model))
                        .flatMap(Doc::blob)
                        .ifPresent(bytes -> vectors.put(definition, floats(bytes)));
            }
            return vectors;
        });
    }

    void keep(Definition definition, String model, float[] vector) {
        change(
                definition,
                write -> DocWrite.of(write.owner(), write.id(), write.body().with("model", Json.of(model)))
                        .blob(bytes(vector)));
    }

    private void change(Definition definition, UnaryOperator<DocWrite> change) {
        Transactions.again(store, tx -> {
            Optional<Doc> known = tx.get(COLLECTION.name(), Owner.SYSTEM, definition.id());
            Json body = known.map(Doc::body)
                    .orElseGet(() -> Json.object()
                            .put("tool", definition.name())
                            .put("version", definition.version())
                            .put("digest", definition.digest())
                            .build());
            DocWrite before = DocWrite.of(Owner.SYSTEM, definition.id(), body)
                    .blob(known.flatMap(Doc::blob).orElse(new byte[0]));
            return tx.put(
                    COLLECTION.name(),
                    change.apply(before).expectVersion(known.map(Doc::version).orElse(DocWrite.ABSENT)));
        });
    }

    static byte[] bytes(float[] vector) {
        ByteBuffer buffer = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(vector);
        return buffer.array();
    }

    static float[] floats(byte[] bytes) {
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    private static Json written(UsageGuide guide) {
        return Json.object()
                .put("title", guide.title())
                .put("summary", guide.summary())
                .put("preconditions", Json.strings(guide.preconditions()))
                .put("arguments", Json.strings(guide.arguments()))
                .put("goodFor", Json.strings(guide.goodFor()))
                .put("notFor", Json.strings(guide.notFor()))
                .put("constraints", Json.strings(guide.constraints()))
                .put("examples", Json.strings(guide.examples()))
                .put("risk", guide.risk().name())
                .build();
    }

    private static UsageGuide read(Definition definition, Json guide) {
        return new UsageGuide(
                definition.name(),
                definition.version(),
                guide.text("title"),
                guide.text("summary"),
                strings(guide, "preconditions"),
                strings(guide, "arguments"),
                strings(guide, "goodFor"),
                strings(guide, "notFor"),
                strings(guide, "constraints"),
                strings(guide, "examples"),
                Risk.Level.valueOf(guide.text("risk")));
    }

    private static List<String> strings(Json object, String key) {
        return object.list(key).stream().map(Json::asString).toList();
    }
}
