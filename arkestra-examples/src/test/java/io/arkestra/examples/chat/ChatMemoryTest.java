package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chat remembers over days, with embedding models: a process for each day, its clock moved on. */
class ChatMemoryTest {
    @TempDir
    Path dir;

    @Test
    void facts_toldOverSessions_sleptOn_areAskedForChangedAndAskedForAgain() throws IOException {
        try (ChatProcess chat = at("2026-02-02T09:00:00Z")) {
            chat.ask("I live in Berlin");
            chat.ask("My sister Maria works at the harbour in Hamburg");
            chat.ask("Bye");
            chat.end();
        }
        try (ChatProcess chat = at("2026-02-05T19:00:00Z")) {
            chat.ask("Моего кота зовут Барсик");
            chat.ask("Мне надо оплатить счёт за электричество");
            chat.end();
        }
        try (ChatProcess chat = at("2026-02-06T08:00:00Z")) {
            Json slept = chat.ask("/sleep");
            assertTrue(slept.bool("complete").orElse(false), slept.toString());
            // The conversations ended before: one with a goodbye, one when its time was up. Either way the fact is
            // there by now.
            Json berlin = chat.ask("/memory Where do I live?");
            assertTrue(
                    berlin.list("hits").stream()
                            .anyMatch(hit -> hit.text("kind").equals("fact")
                                    && hit.text("quote").contains("Berlin")),
                    berlin.toString());
            assertTrue(slept.text("text").startsWith("Slept for "), slept.toString());
            Json again = chat.ask("/sleep");
            assertEquals(Json.emptyObject(), again.at("/counts").orElseThrow());

            Json hello = chat.ask("Привет");
            assertTrue(hello.text("text").contains("оплатить счёт"), hello.toString());
            assertTrue(chat.ask("Where do I live?").text("text").contains("Berlin"));
            assertTrue(chat.ask("Where does my sister Maria work?").text("text").contains("Hamburg"));
            assertTrue(chat.ask("Как зовут моего кота?").text("text").contains("Барсик"));
            assertEquals("/why", chat.ask("/why").text("command"));
            chat.end();
            assertTrue(chat.stderr().contains("sleep 1/"), chat.stderr());
        }
        try (ChatProcess chat = at("2026-02-09T09:00:00Z")) {
            chat.ask("I live in Munich now");
            chat.ask("Теперь моего кота зовут Рыжик");
            chat.end();
        }
        try (ChatProcess chat = at("2026-02-10T09:00:00Z")) {
            Json slept = chat.ask("/sleep");
            assertTrue(slept.bool("complete").orElse(false), slept.toString());
            Json home = chat.ask("Where do I live?");
            assertTrue(firstLine(home).contains("Munich"), home.toString());
            Json cat = chat.ask("Как зовут моего кота?");
            assertTrue(firstLine(cat).contains("Рыжик"), cat.toString());
            chat.end();
        }
    }

    @Test
    void russian_metForTheFirstTime_isRemarkedOnOnceAndNotLogged() throws IOException {
        try (ChatProcess chat =
                ChatProcess.start(dir, ChatProcess.WITH_MODELS, "--home", "home", "--user", "alice", "--zone", "UTC")) {
            chat.say("Моего кота зовут Барсик")
                    .say("Как зовут моего кота?")
                    .say("Куда я положил ключи от машины?")
                    .say("/describe");
            List<String> lines = chat.end();

            assertEquals(
                    1,
                    lines.stream()
                            .filter(line -> line.startsWith("(The embedding model e5-small-v2-q does not understand"))
                            .count(),
                    lines.toString());
            assertTrue(
                    lines.stream().anyMatch(line -> line.matches(".*conversation: e5-small-v2-q, e5-small-v2-q.*")),
                    lines.toString());
            // Whole words: newer JDKs print lines that begin with WARNING by themselves.
            assertFalse(Pattern.compile("\\bWARN\\b").matcher(chat.stderr()).find(), chat.stderr());
        }
    }

    private ChatProcess at(String moment) throws IOException {
        return ChatProcess.start(
                dir,
                ChatProcess.WITH_MODELS,
                "--home",
                "home",
                "--user",
                "alice",
                "--jsonl",
                "--clock",
                moment,
                "--zone",
                "UTC");
    }

    private static String firstLine(Json turn) {
        return turn.text("text").lines().findFirst().orElse("");
    }
}
