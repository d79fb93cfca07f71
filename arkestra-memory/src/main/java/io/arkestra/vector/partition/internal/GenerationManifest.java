package io.arkestra.vector.partition.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.vector.VectorPartition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a partition was made of at one moment: the commit point. JSON with a check sum after it.
 *
 * @param generation counts the commits
 * @param partition to which it belongs
 * @param sequence of the feed up to which it is complete
 * @param live entries that can be found
 * @param segments in no particular order
 */
record GenerationManifest(
        long generation, VectorPartition partition, long sequence, long live, List<Segment> segments) {
    static final String FILE = "MANIFEST";

    private static final int FORMAT = 1;
    private static final String METRIC = "cosine";
    /** How rows are coded, the mean beside the codes in each segment; other codes are not read. */
    private static final String CODES = "sign-1bit-centred";

    /**
     * A segment as it was committed.
     *
     * @param name of its directory
     * @param rows in it, dead ones included
     * @param graph whether it has one
     * @param files of its directory
     * @param dead the bits of rows that are not to be found any more, a file beside the manifest; empty when all are live
     */
    record Segment(String name, int rows, boolean graph, List<StoredFile> files, Optional<StoredFile> dead) {
        Segment {
            files = List.copyOf(files);
        }

        /** @throws IOException when it has no such file */
        StoredFile file(String wanted) throws IOException {
            return files.stream()
                    .filter(file -> file.name().equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the manifest names no file " + wanted + " of " + name));
        }

        private Json json() {
            return Json.object()
                    .put("name", name)
                    .put("rows", rows)
                    .put("graph", graph)
                    .put(
                            "files",
                            Json.array(files.stream().map(StoredFile::json).toList()))
                    .putIfPresent("dead", dead.map(StoredFile::json))
                    .build();
        }

        private static Segment of(Json json) throws IOException {
            List<StoredFile> files = new ArrayList<>();
            for (Json file : json.list("files")) {
                files.add(StoredFile.of(file));
            }
            Optional<Json> dead = json.get("dead");
            return new Segment(
                    json.text("name"),
                    Math.toIntExact(number(json, "rows")),
                    json.bool("graph").orElse(false),
                    files,
                    dead.isPresent() ? Optional.of(StoredFile.of(dead.get())) : Optional.empty());
        }
    }

    GenerationManifest {
        segments = List.copyOf(segments);
    }

    byte[] bytes() {
        String body = Json.object()
                        .put("format", FORMAT)
                        .put("files", FileHeader.VERSION)
                        .put("metric", METRIC)
                        .put("codes", CODES)
                        .put("generation", generation)
                        .put("owner", partition.owner().key())
                        .put("collection", partition.collection())
                        .put("model", partition.model())
                        .put("dimension", partition.dimension())
                        .put("sequence", sequence)
                        .put("live", live)
                        .put(
                                "segments",
                                Json.array(segments.stream().map(Segment::json).toList()))
                        .build()
                        .pretty()
                + "\n";
        return (body + "crc32c " + crc(body) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException when it is not exactly what {@link #bytes} made for this partition; the message says what is wrong */
    static GenerationManifest of(byte[] bytes, VectorPartition expected) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int last = text.lastIndexOf("\ncrc32c ");
        if (last < 0) {
            throw new IOException("its manifest has no check sum");
        }
        String body = text.substring(0, last + 1);
        if (!text.substring(last + 1).equals("crc32c " + crc(body) + "\n")) {
            throw new IOException("the check sum of its manifest does not match");
        }
        try {
            Json json = Json.parse(body);
            require(json, "format", FORMAT);
            require(json, "files", FileHeader.VERSION);
            require(json, "metric", METRIC);
            require(json, "codes", CODES);
            require(json, "owner", expected.owner().key());
            require(json, "collection", expected.collection());
            require(json, "model", expected.model());
            require(json, "dimension", expected.dimension());
            List<Segment> segments = new ArrayList<>();
            for (Json segment : json.list("segments")) {
                segments.add(Segment.of(segment));
            }
            return new GenerationManifest(
                    number(json, "generation"), expected, number(json, "sequence"), number(json, "live"), segments);
        } catch (InvalidInputException | ArithmeticException e) {
            throw new IOException("its manifest is malformed: " + e.getMessage(), e);
        }
    }

    private static void require(Json json, String key, Object expected) throws IOException {
        Object found = json.get(key).map(Json::toJava).orElse("missing");
        if (!String.valueOf(found).equals(String.valueOf(expected))) {
            throw new IOException("its " + key + " is " + found + "; expected " + expected);
        }
    }

    private static long number(Json json, String key) throws IOException {
        return json.integer(key).orElseThrow(() -> new IOException("its manifest has no " + key));
    }

    private static String crc(String body) {
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
