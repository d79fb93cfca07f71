package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Session;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProfileCommandsTest {
    private static final UserId ANN = UserId.of("ann");

    private static Arkestra open() {
        return Arkestra.builder().zone(ZoneOffset.UTC).build();
    }

    private static String text(Commands commands, String line) {
        return commands.run(line).text();
    }

    @Test
    void onboard_asksInTheConversationAndProfileShowsTheAnswers() {
        try (Arkestra arkestra = open()) {
            Commands commands = new Commands(arkestra, Scope.of(ANN), line -> {});
            assertTrue(text(commands, "/onboard ru").contains("Как мне вас называть?"));
            Session session = arkestra.session(ANN);
            assertTrue(session.ask("Аня").text().contains("на «ты» или на «вы»"));
            assertTrue(session.ask("на ты").text().contains("На каком языке"));
            assertTrue(session.ask("потом").text().contains("в другой раз"));

            assertEquals("names      Аня (primary)\naddress    familiar\nzone       Z", text(commands, "/profile"));
            assertTrue(text(commands, "/onboard ru").contains("На каком языке"));
            assertTrue(text(commands, "/onboard en").contains("Which language"));
            assertTrue(commands.run("/onboard twice").fields().has("error"));
        }
    }

    @Test
    void profile_clear_takesOnePartAway() {
        try (Arkestra arkestra = open()) {
            Commands commands = new Commands(arkestra, Scope.of(ANN), line -> {});
            arkestra.people().edit(ANN, edit -> edit.tone("brief").goal("rest").boundary("politics"));
            assertEquals("Cleared: tone", text(commands, "/profile clear tone"));
            assertEquals(List.of(), arkestra.profile(ANN).tone());
            assertEquals(List.of("politics"), arkestra.profile(ANN).boundaries());
            assertTrue(commands.run("/profile clear everything").fields().has("error"));
        }
    }

    @Test
    void alias_addsListsMovesAndRemoves() {
        try (Arkestra arkestra = open()) {
            Commands commands = new Commands(arkestra, Scope.of(ANN), line -> {});
            assertTrue(text(commands, "/alias").startsWith("You have told no name yet"));
            text(commands, "/alias Ann");
            text(commands, "/alias formal Ms Smith");
            assertEquals(
                    "Ann (primary)\nMs Smith (formal)\nannsm (on telegram)",
                    text(commands, "/alias on:telegram annsm"));
            assertEquals(
                    "Ms Smith (primary, formal)\nAnn\nannsm (on telegram)", text(commands, "/alias primary Ms Smith"));
            assertEquals("Ms Smith (primary, formal)\nannsm (on telegram)", text(commands, "/alias remove ann"));
            assertTrue(commands.run("/alias remove Bob").fields().has("error"));
            assertTrue(commands.run("/alias formal").fields().has("error"));
        }
    }

    @Test
    void adapt_isTakenOnce() {
        try (Arkestra arkestra = open()) {
            Commands commands = new Commands(arkestra, Scope.of(ANN), line -> {});
            assertTrue(commands.run("/adapt").fields().has("error"));
            commands.run("/adapt for a five-year-old");
            assertEquals(Optional.of("for a five-year-old"), commands.takeAdaptation());
            assertEquals(Optional.empty(), commands.takeAdaptation());
        }
    }
}
