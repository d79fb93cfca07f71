package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.testkit.TinyGguf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The chat with real inference: two models of half a megabyte that say exactly what they are made to say. */
@Timeout(180)
class ChatModelTest {
    private static final String JUNIOR = """
            {"intent":"question","slots":{},"tools_hint":[],"style_directive":"short","rag_query":"bike","confidence":0.9}""";
    private static final String SENIOR = """
            {"text":"Your bike is turquoise. Твой велосипед бирюзовый 🚲","memory":[{"kind":"fact","text":"The bike is turquoise"}]}""";

    @TempDir
    Path directory;

    @Test
    void turn_withTwoGgufModels_isDecidedAnsweredAndLearnedFromRealInference() throws Exception {
        Path junior = TinyGguf.saying(JUNIOR.strip()).write(directory.resolve("junior.gguf"));
        Path senior = TinyGguf.saying(SENIOR.strip()).write(directory.resolve("senior.gguf"));
        String settings = "?contextTokens=16384&threads=1&runtime=jni";
        try (ChatProcess chat = ChatProcess.start(
                directory,
                "--home",
                directory.resolve("home").toString(),
                "--user",
                "ann",
                "--jsonl",
                "--junior",
                "gguf:" + junior + settings,
                "--senior",
                "gguf:" + senior + settings)) {
            Json answer = chat.ask("What colour is my bike?");
            assertEquals("Your bike is turquoise. Твой велосипед бирюзовый 🚲", answer.text("text"));
            String why = chat.ask("/why json").toString();
            assertTrue(why.contains("intent question by tiny-script") && why.contains("tiny-script wrote"), why);
            assertTrue(remembers(chat, "The bike is turquoise"));
            assertAsWritten(answer.text("text"), chat.ask("/why json"));
        }
    }

    /** The answer, and what each stage decided with the names of the values behind it. */
    private static void assertAsWritten(String answer, Json why) throws IOException {
        StringBuilder transcript = new StringBuilder("> What colour is my bike?\n< ")
                .append(answer)
                .append('\n');
        for (Json step : why.list("steps")) {
            Json detail = step.get("detail").orElse(Json.emptyObject());
            transcript
                    .append("  ")
                    .append(step.text("stage"))
                    .append(": ")
                    .append(step.text("summary").replaceAll("\\b[0-9A-HJKMNP-TV-Z]{26}(-\\d+)?", "ID"))
                    .append(
                            detail.isObject()
                                    ? " " + new TreeSet<>(detail.members().keySet())
                                    : "")
                    .append('\n');
        }
        Path golden = Path.of("src/test/resources/io/arkestra/examples/chat/gguf.golden.txt");
        if (Boolean.getBoolean("arkestra.rewrite")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, transcript);
        }
        assertEquals(Files.readString(golden), transcript.toString(), "Rewrite it with -Darkestra.rewrite=true");
    }

    @Test
    void model_switchedWhileTheChatRuns_answersNextAndBadOnesChangeNothing() throws Exception {
        Path good = TinyGguf.saying(SENIOR.strip()).write(directory.resolve("senior.gguf"));
        Path bad = Files.writeString(directory.resolve("bad.gguf"), "not a model");
        try (ChatProcess chat = ChatProcess.start(
                directory, "--home", directory.resolve("home").toString(), "--user", "ann", "--jsonl")) {
            assertTrue(chat.ask("/model").toString().contains("offline-rules"));
            for (String wrong : new String[] {"gguf:" + bad, "http://127.0.0.1:1", "nonsense", "script:no-such-file"}) {
                Json refused = chat.ask("/model senior " + wrong);
                assertTrue(refused.get("error").isPresent(), refused.toString());
            }
            assertTrue(chat.ask("/model senior").toString().contains("offline-rules"));

            Json used = chat.ask("/model senior gguf:" + good + "?contextTokens=16384&threads=1&runtime=jni");
            assertTrue(used.toString().contains("gguf"), used.toString());
            assertTrue(chat.ask("What colour is my bike?").text("text").startsWith("Your bike is turquoise"));
            assertTrue(chat.ask("/model").toString().contains("firstTokenMillis"));
            assertTrue(chat.ask("/model senior offline").toString().contains("offline-rules"));
        }
    }

    /** What a turn teaches is kept by a job that runs after the answer. */
    private static boolean remembers(ChatProcess chat, String fact) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            if (chat.ask("/memory " + fact).get("hits").orElseThrow().toString().contains(fact)) {
                return true;
            }
        }
        return false;
    }
}
