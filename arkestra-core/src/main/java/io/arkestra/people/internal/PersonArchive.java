package io.arkestra.people.internal;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The form of an exported person: a ZIP with one file of JSON lines per collection and, last, a manifest. A ZIP that was cut off has
 * no manifest.
 */
final class PersonArchive {
    static final String MANIFEST = "manifest.json";
    static final String SUFFIX = ".jsonl";
    static final int FORMAT = 1;
    static final String PRODUCT = "arkestra-person";

    private static final Pattern ENTRY = Pattern.compile("[a-z][a-z0-9_]{0,39}\\.jsonl");

    /**
     * What the manifest says of a collection.
     *
     * @param schema version of the bodies
     * @param documents how many lines
     * @param bytes size of the file, unpacked
     * @param sha256 of the file, unpacked
     */
    record Part(int schema, long documents, long bytes, String sha256) {}

    private PersonArchive() {}

    static boolean isPart(String entry) {
        return ENTRY.matcher(entry).matches();
    }

    static String entry(String collection) {
        return collection + SUFFIX;
    }

    static Json manifest(String user, java.time.Instant madeAt, Map<String, Part> parts) {
        Json.ObjectBuilder collections = Json.object();
        new TreeMap<>(parts)
                .forEach((name, part) -> collections.put(
                        name,
                        Json.object()
                                .put("schema", part.schema())
                                .put("documents", part.documents())
                                .put("bytes", part.bytes())
                                .put("sha256", part.sha256())
                                .build()));
        return Json.object()
                .put("product", PRODUCT)
                .put("format", FORMAT)
                .put("user", user)
                .put("madeAt", madeAt)
                .put("collections", collections.build())
                .build();
    }

    static Json line(Doc doc) {
        Json.ObjectBuilder line = Json.object()
                .put("id", doc.id())
                .put("createdAt", doc.createdAt())
                .put("updatedAt", doc.updatedAt());
        doc.expiresAt().ifPresent(at -> line.put("expiresAt", at));
        line.put("body", doc.body());
        doc.blob().ifPresent(blob -> line.put("blob", Base64.getEncoder().encodeToString(blob)));
        return line.build();
    }

    /** Whether a collection is a person's own to take along: not what can be made anew. */
    static boolean portable(CollectionSpec spec) {
        return !spec.derived();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
