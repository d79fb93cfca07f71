package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.schedule.JobState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that talks to an engine is killed at random moments, again and again on the same home. What it was told about each turn
 * must be there afterwards, once. {@code -Darkestra.kills} says how often.
 */
@Timeout(300)
class TurnCrashTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final SessionId SESSION = SessionId.of("crash");
    private static final int ROUNDS = Integer.getInteger("arkestra.kills", 12);
    private static final int TURNS = 10_000;

    /** The process that is killed: tells one fact after the other and says which turn is done. */
    static final class Talker {
        private Talker() {}

        public static void main(String[] args) {
            int round = Integer.parseInt(args[1]);
            try (Arkestra engine = Arkestra.builder().home(Path.of(args[0])).build()) {
                Session session = engine.session(ALICE, SESSION);
                for (int i = 0; i < TURNS; i++) {
                    String fact = fact(round, i);
                    Reply reply = session.ask("Remember that " + fact);
                    System.out.println("done " + reply.turn() + " " + fact);
                    System.out.flush();
                }
            }
        }

        private static String fact(int round, int number) {
            return "item r" + round + "n" + number + " is on shelf " + (round * 31 + number);
        }
    }

    private record Acknowledged(String turn, String fact) {}

    @Test
    void ask_processKilledAtRandomMoments_keepsEveryAcknowledgedTurnOnce(@TempDir Path home) throws Exception {
        Random random = new Random(20_260_305);
        List<Acknowledged> acknowledged = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(talkAndDie(home, round, random));
        }
        assertTrue(acknowledged.size() >= ROUNDS / 2, "only " + acknowledged.size() + " turns were acknowledged");
        try (Arkestra engine = Arkestra.builder().home(home).build()) {
            awaitJobs(engine);
            List<Message> log = Conversations.log(engine, ALICE);
            assertLogIsValid(log);
            Map<String, List<Message>> turns = log.stream()
                    .collect(Collectors.groupingBy(message -> message.turn().value()));
            Map<String, Integer> facts = new HashMap<>();
            for (MemoryRecord memory : engine.memory().list(Scope.of(ALICE), 1_000)) {
                facts.merge(memory.text(), 1, Integer::sum);
            }
            for (Acknowledged turn : acknowledged) {
                List<Message> messages = turns.getOrDefault(turn.turn(), List.of());
                assertEquals(
                        List.of(Origin.USER, Origin.ASSISTANT),
                        messages.stream().map(Message::origin).toList(),
                        turn.toString());
                assertEquals("Remember that " + turn.fact(), messages.get(0).text());
                assertTrue(messages.get(1).text().contains(turn.fact()), turn.toString());
                assertEquals(1, facts.getOrDefault(turn.fact(), 0), turn.toString());
            }
            Session session = engine.session(ALICE, SESSION);
            assertEquals(
                    Outcome.Kind.COMPLETED,
                    session.ask("Remember that all is well").outcome());
            Acknowledged last = acknowledged.get(acknowledged.size() - 1);
            String item = last.fact().split(" ")[1];
            Reply reply = session.ask("Where is item " + item + "?");
            assertTrue(reply.text().contains(last.fact()), reply.text());
            assertLogIsValid(Conversations.log(engine, ALICE));
        }
    }

    private static List<Acknowledged> talkAndDie(Path home, int round, Random random) throws IOException {
        Process process = ChildJava.start(Talker.class, home, round);
        // After some turns, some microseconds into the next one; sometimes while the engine still opens.
        int turns = random.nextInt(6);
        long wait = turns == 0 ? random.nextInt(800_000_000) : random.nextInt(30_000_000);
        List<Acknowledged> acknowledged = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            while (acknowledged.size() < turns) {
                String line = out.readLine();
                assertTrue(line != null, "round " + round + ": the process ended by itself");
                acknowledged.add(parse(line));
            }
            LockSupport.parkNanos(wait);
            // Through the handle, because the process itself would close the stream before all of it was read.
            process.toHandle().destroyForcibly();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("done ") && line.matches("done \\S+ item \\S+ is on shelf \\d+")) {
                    acknowledged.add(parse(line));
                }
            }
        } finally {
            process.destroyForcibly().onExit().join();
        }
        // A line that was cut by the kill may look whole but end in half a number.
        if (!acknowledged.isEmpty() && acknowledged.size() > turns) {
            Acknowledged last = acknowledged.get(acknowledged.size() - 1);
            String number = last.fact().split(" ")[1].split("n")[1];
            if (!last.fact().equals(Talker.fact(round, Integer.parseInt(number)))) {
                acknowledged.remove(acknowledged.size() - 1);
            }
        }
        return acknowledged;
    }

    private static Acknowledged parse(String line) {
        String[] parts = line.split(" ", 3);
        return new Acknowledged(parts[1], parts[2]);
    }

    private static void assertLogIsValid(List<Message> log) {
        Set<String> begun = new HashSet<>();
        for (int i = 0; i < log.size(); i++) {
            Message message = log.get(i);
            assertEquals(i, message.ordinal());
            boolean first = begun.add(message.turn().value());
            assertEquals(first, message.origin() == Origin.USER, "a turn has one message and begins with it");
        }
    }

    private static void awaitJobs(Arkestra engine) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (JobState state : List.of(JobState.QUEUED, JobState.RUNNING, JobState.RETRY_SCHEDULED)) {
            while (!Conversations.jobsOfTurns(engine, state).isEmpty()) {
                assertTrue(System.nanoTime() < deadline, "jobs are left");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        assertEquals(List.of(), engine.jobs().list(JobState.DEAD, 10));
    }
}
