package io.arkestra.testkit;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The models that a fake Ollama can fetch, and how far it has come: what it has once is not fetched again. Thread-safe. */
final class OllamaFakePulls {
    private static final int STEPS = 4;

    private final Map<String, List<Long>> offered = new LinkedHashMap<>();
    private final Map<String, List<Long>> received = new LinkedHashMap<>();
    private final Map<String, Long> present = new TreeMap<>();
    private long cutAfter = Long.MAX_VALUE;

    /** The registry has this model in layers of so many bytes. */
    synchronized void offer(String model, List<Long> layers) {
        offered.put(OllamaFakeDialect.tagged(model), layers);
    }

    /** The next pull breaks off after so many bytes. */
    synchronized void cutAfter(long bytes) {
        cutAfter = bytes;
    }

    synchronized boolean present(String tagged) {
        return present.containsKey(tagged);
    }

    synchronized Map<String, Long> present() {
        return Map.copyOf(present);
    }

    synchronized FakeReply reply(Json body) {
        String name = OllamaFakeDialect.tagged(OllamaFakeDialect.name(body));
        List<Long> layers = offered.get(name);
        boolean streams = body.bool("stream").orElse(true);
        if (layers == null) {
            String problem = "pull model manifest: file does not exist";
            return streams
                    ? FakeReply.lines().line(status("pulling manifest")).line(error(problem))
                    : FakeReply.json(500, error(problem));
        }
        FakeReply reply = FakeReply.lines().line(status("pulling manifest"));
        boolean whole = transfer(reply, name, layers);
        if (!whole) {
            return reply.cut();
        }
        present.put(name, layers.stream().mapToLong(Long::longValue).sum());
        if (!streams) {
            return FakeReply.json(200, status("success"));
        }
        for (String last : List.of("verifying sha256 digest", "writing manifest", "success")) {
            reply.line(status(last));
        }
        return reply;
    }

    private boolean transfer(FakeReply reply, String name, List<Long> layers) {
        List<Long> have = received.computeIfAbsent(
                name, key -> new ArrayList<>(layers.stream().map(layer -> 0L).toList()));
        long room = cutAfter;
        cutAfter = Long.MAX_VALUE;
        for (int i = 0; i < layers.size(); i++) {
            long size = layers.get(i);
            String digest = "sha256:" + (i + 1 + "f").repeat(32);
            while (have.get(i) < size) {
                long step = Math.min(Math.max(1, size / STEPS), size - have.get(i));
                if (room < step) {
                    return false;
                }
                room -= step;
                have.set(i, have.get(i) + step);
                reply.line(progress(digest, size, have.get(i)));
            }
            reply.line(progress(digest, size, size));
        }
        return true;
    }

    private static Json progress(String digest, long total, long completed) {
        return status("pulling " + digest.substring(7, 19))
                .with("digest", Json.of(digest))
                .with("total", Json.of(total))
                .with("completed", Json.of(completed));
    }

    private static Json status(String text) {
        return Json.object().put("status", text).build();
    }

    private static Json error(String text) {
        return Json.object().put("error", text).build();
    }
}
