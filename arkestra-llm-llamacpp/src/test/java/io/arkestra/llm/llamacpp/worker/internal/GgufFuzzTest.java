package io.arkestra.llm.llamacpp.worker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.llamacpp.GgufException;
import io.arkestra.llm.llamacpp.GgufHeader;
import io.arkestra.testkit.TinyGguf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files: each is refused before native code sees it, or native code runs it or refuses it without ending its process. */
class GgufFuzzTest {
    private static final int FILES = 500;
    private static final int LOADS_PER_WORKER = 25;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final byte[] GOOD = TinyGguf.random(1).bytes();
    private static final int HEADER = header();

    @TempDir
    Path directory;

    private Worker worker;
    private int loads;

    @AfterEach
    void end() {
        if (worker != null) {
            worker.close();
        }
    }

    @Test
    void read_damagedFiles_noneThatIsAcceptedEndsTheProcessThatLoadsIt() throws Exception {
        int refused = 0;
        int ran = 0;
        List<String> misbehaved = new ArrayList<>();
        for (int seed = 0; seed < FILES; seed++) {
            Path file = Files.write(directory.resolve("damaged-" + seed + ".gguf"), damaged(seed));
            try {
                GgufHeader.read(file);
                String trouble = run(file);
                if (!trouble.isEmpty()) {
                    misbehaved.add(seed + " (" + trouble + ")");
                }
                ran++;
            } catch (GgufException e) {
                refused++;
            }
            Files.delete(file);
        }

        assertEquals(List.of(), misbehaved);
        assertTrue(refused > FILES / 3, refused + " refused");
        assertTrue(ran > 10, ran + " given to native code");
    }

    private static byte[] damaged(int seed) {
        Random random = new Random(seed);
        byte[] file = GOOD.clone();
        switch (random.nextInt(6)) {
            case 0 -> file = Arrays.copyOf(file, random.nextInt(file.length));
            case 1 -> {
                long absurd = random.nextBoolean() ? random.nextLong() : 1L << random.nextInt(63);
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(random.nextInt(HEADER - 8), absurd);
            }
            default -> {
                for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                    file[random.nextInt(HEADER)] = (byte) random.nextInt(256);
                }
            }
        }
        return file;
    }

    /** What went wrong; empty when nothing did. */
    private String run(Path file) throws Exception {
        if (worker == null || loads == LOADS_PER_WORKER || !worker.alive()) {
            end();
            worker = Worker.start(LONG, ended -> {});
            loads = 0;
        }
        loads++;
        String loaded = outcome(worker.send(
                "load",
                Json.object()
                        .put("model", file.toString())
                        .put("context", 128)
                        .put("threads", 1)
                        .put("mode", "chat")));
        if (!loaded.equals("done")) {
            return loaded.equals("error") ? "" : "load: " + loaded;
        }
        String generated = outcome(worker.send(
                "generate", Json.object().put("text", "hi").put("maxTokens", 3).put("temperature", 0.0)));
        return generated.equals("done") || generated.equals("error") ? "" : "generate: " + generated;
    }

    private static String outcome(WorkerCall call) throws InterruptedException {
        Json event = call.next(LONG);
        while (event != null && event.text("event").equals("text")) {
            event = call.next(LONG);
        }
        return event == null ? "hangs" : event.text("event");
    }

    /** Where the tensors' data begins: after the last tensor's name, dimensions, type and offset. */
    private static int header() {
        String text = new String(GOOD, StandardCharsets.ISO_8859_1);
        return text.lastIndexOf("output.weight") + "output.weight".length() + 4 + 2 * 8 + 4 + 8;
    }
}
