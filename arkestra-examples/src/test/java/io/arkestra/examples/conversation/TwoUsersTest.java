package io.arkestra.examples.conversation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Outcome;
import io.arkestra.Reply;
import io.arkestra.Session;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two users talk to one engine from eight threads at once: nothing of one reaches the other. */
@Timeout(180)
class TwoUsersTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 4;
    private static final List<String> MARKS = List.of("turquoise", "vermilion");

    @TempDir
    Path directory;

    private interface Opener {
        Arkestra open() throws IOException;
    }

    @Test
    void users_ofScriptedModels_areNotMixed() throws Exception {
        talk(() -> Transcript.scripted(directory.resolve("scripted"), directory, Transcript.clock()));
    }

    @Test
    void users_ofTheRules_areNotMixed() throws Exception {
        ManualClock clock = Transcript.clock();
        talk(() -> Transcript.offline(directory.resolve("offline"), clock));
    }

    private void talk(Opener opener) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Arkestra engine = opener.open()) {
            List<Future<List<String>>> talks = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                talks.add(threads.submit(() -> conversation(engine, number)));
            }
            for (int thread = 0; thread < THREADS; thread++) {
                String other = MARKS.get((thread + 1) % 2);
                for (String said : talks.get(thread).get(150, TimeUnit.SECONDS)) {
                    assertFalse(said.contains(other), said);
                }
            }
            for (int user = 0; user < 2; user++) {
                String found = engine
                        .memory()
                        .recall(
                                Scope.of(user(user)),
                                RecallQuery.about("is painted " + MARKS.get(user) + " or " + MARKS.get(1 - user)))
                        .passages()
                        .stream()
                        .map(Passage::text)
                        .collect(Collectors.joining("\n"));
                assertFalse(found.contains(MARKS.get(1 - user)), found);
                assertTrue(found.contains(MARKS.get(user)), found);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static UserId user(int number) {
        return UserId.of("user-" + number % 2);
    }

    /** What the user heard, and what the explanations tell. */
    private static List<String> conversation(Arkestra engine, int number) {
        List<String> heard = new ArrayList<>();
        Session session = engine.session(user(number));
        for (int round = 0; round < ROUNDS; round++) {
            for (String message : List.of(
                    "Remember that bicycle " + number + "-" + round + " is painted " + MARKS.get(number % 2),
                    "Which colour is bicycle " + number + "-" + round + " painted?",
                    "Какого цвета велосипед?")) {
                StringBuffer streamed = new StringBuffer();
                Outcome outcome =
                        session.turn(message).onText(streamed::append).start().await();
                Reply reply = outcome.reply();
                assertEquals(Outcome.Kind.COMPLETED, outcome.kind(), reply.text());
                assertEquals(reply.text(), streamed.toString());
                heard.add(reply.text());
                heard.add(engine.explain(Scope.of(user(number)), reply.turn())
                        .orElseThrow()
                        .toString());
                assertTrue(
                        engine.explain(Scope.of(user(number + 1)), reply.turn()).isEmpty());
            }
        }
        return heard;
    }
}
