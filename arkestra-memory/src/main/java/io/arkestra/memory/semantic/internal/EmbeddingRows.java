package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.record.internal.NormalText;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.FieldType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The collection of vectors: one document per model and part of an item, the vector as little-endian floats in its binary part. The id
 * is {@code TAG/ITEM#PART}, so a deletion in the feed still tells which model and item it was. What comes after the slash is the id of
 * the entry in the vector index.
 */
final class EmbeddingRows {
    static final CollectionSpec SPEC = CollectionSpec.builder("embeddings")
            .field("model", FieldType.STRING)
            .field("item", FieldType.STRING)
            .field("hash", FieldType.STRING)
            .field("previous", FieldType.STRING)
            .orderedIndex("item")
            .orderedIndex("model", "hash")
            .orderedIndex("previous")
            .derived()
            .feed()
            .build();
    /** How far the feeds were followed, by feed and model; belongs to the system. */
    static final CollectionSpec CURSORS = CollectionSpec.builder("embedding_cursors")
            .field("feed", FieldType.STRING)
            .derived()
            .build();

    static final String NAME = SPEC.name();
    /** Instead of a model's: a row without vector, which only tells where an item stood. */
    static final String MARK = "-";

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");
    private static final int HASH_BYTES = 16;
    /** Ids of documents have at most 200 characters, and tag and part need some of them. */
    private static final int LONGEST_ITEM = 180;

    private EmbeddingRows() {}

    static String id(String tag, String item, int part) {
        return tag + "/" + entry(item, part);
    }

    static String entry(String item, int part) {
        String stem = item.length() <= LONGEST_ITEM
                ? item
                : item.substring(0, 2) + "!" + HexFormat.of().formatHex(NormalText.sha256(item));
        return stem + "#" + part;
    }

    /** The item of an entry; empty when its key was too long for one, and only the document knows it. */
    static Optional<String> item(String entry) {
        String stem = stem(entry);
        return stem.startsWith("!", 2) ? Optional.empty() : Optional.of(stem);
    }

    private static String stem(String entry) {
        return entry.substring(0, entry.lastIndexOf('#'));
    }

    static String tagOf(String id) {
        return id.substring(0, id.indexOf('/'));
    }

    static String entryOf(String id) {
        return id.substring(id.indexOf('/') + 1);
    }

    static Space space(String itemOrEntry) {
        return itemOrEntry.startsWith("d:") ? Space.DOCUMENT : Space.CONVERSATION;
    }

    /** The name under which a space's partitions are kept. */
    static String collection(Space space) {
        return space == Space.DOCUMENT ? "documents" : "conversation";
    }

    /** The space of a partition of that name; empty when it is somebody else's. */
    static Optional<Space> spaceOf(String collection) {
        return Stream.of(Space.values())
                .filter(space -> collection(space).equals(collection))
                .findFirst();
    }

    /**
     * What two texts with the same vector share: the first 16 bytes of the SHA-256 of the normal form, the model and the role.
     */
    static String hash(String text, VectorModel model, String role) {
        String normal = SPACE.matcher(Normalizer.normalize(text, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
        byte[] digest = NormalText.sha256(normal + '\0' + model.id() + '\0' + role);
        return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    }

    static byte[] bytes(float[] vector) {
        ByteBuffer buffer = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(vector);
        return buffer.array();
    }

    /** The vector of a document; empty when it has none of this many dimensions. */
    static Optional<float[]> vector(Doc doc, int dimension) {
        return doc.blob()
                .filter(bytes -> bytes.length == dimension * Float.BYTES)
                .map(bytes -> {
                    float[] vector = new float[dimension];
                    ByteBuffer.wrap(bytes)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer()
                            .get(vector);
                    return vector;
                });
    }

    static String item(Doc doc) {
        return doc.body().text("item");
    }

    /** Body of a row. */
    static Json body(String model, String item, int part, String hash, Json place) {
        Json body = Json.object()
                .put("model", model)
                .put("item", item)
                .put("part", part)
                .put("hash", hash)
                .build();
        for (var member : place.members().entrySet()) {
            body = body.with(member.getKey(), member.getValue());
        }
        return body;
    }
}
