package io.arkestra.examples.conversation;

import io.arkestra.Arkestra;
import io.arkestra.ArkestraBuilder;
import io.arkestra.Explanation;
import io.arkestra.Llm;
import io.arkestra.Outcome;
import io.arkestra.Reply;
import io.arkestra.Session;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.schedule.JobState;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Holds the conversation of thirty turns and writes down what came of it, without what differs from run to run. */
final class Transcript {
    static final UserId ANN = UserId.of("ann");

    private static final Pattern ID = Pattern.compile("\\b[0-9A-HJKMNP-TV-Z]{26}(?:-\\d+)?(?:-[a-z]+-\\d+)?\\b");

    /** How a message is given to the engine. */
    enum Way {
        BLOCKING,
        STREAMED
    }

    private Transcript() {}

    static Arkestra offline(Path home, ManualClock clock) {
        return builder(home, clock).build();
    }

    static Arkestra scripted(Path home, Path scripts, ManualClock clock) throws IOException {
        return builder(home, clock)
                .junior(Llm.script(copied("junior.jsonl", scripts)))
                .senior(Llm.script(copied("senior.jsonl", scripts)))
                .build();
    }

    private static ArkestraBuilder builder(Path home, ManualClock clock) {
        return Arkestra.builder().home(home).clock(clock).zone(ZoneId.of("Europe/Berlin"));
    }

    static ManualClock clock() {
        return ManualClock.at("2026-03-02T08:00:00Z");
    }

    private static Path copied(String resource, Path directory) throws IOException {
        return Files.writeString(directory.resolve(resource), text(resource));
    }

    static String text(String resource) throws IOException {
        try (InputStream in = Transcript.class.getResourceAsStream(resource)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static List<String> lines() throws IOException {
        return text("turns.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    /** Talks, and returns what is to be compared. */
    static String of(Arkestra engine, ManualClock clock, Way way) throws IOException {
        StringBuilder out = new StringBuilder();
        Session session = engine.session(ANN);
        int number = 0;
        for (String line : lines()) {
            if (line.startsWith("+")) {
                clock.advance(Duration.parse(line.substring(1)));
                settle(engine, clock);
                continue;
            }
            number++;
            Reply reply = way == Way.BLOCKING ? session.ask(line) : streamed(session, line);
            settle(engine, clock);
            Explanation why = engine.explain(Scope.of(ANN), reply.turn()).orElseThrow();
            out.append(number).append(" > ").append(line).append('\n');
            reply.text().lines().forEach(said -> out.append("  < ").append(said).append('\n'));
            values(why)
                    .forEach((stage, value) -> out.append("    ")
                            .append(stage)
                            .append(": ")
                            .append(value)
                            .append('\n'));
            clock.advance(Duration.ofMinutes(1));
        }
        return ID.matcher(out).replaceAll("ID");
    }

    /** Waits until what became due in the meantime is done: conversations summed up, reminders handed over, the night's work. */
    private static void settle(Arkestra engine, ManualClock clock) {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (isBusy(engine, clock.instant())) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("What became due was not done in 90 seconds");
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static boolean isBusy(Arkestra engine, Instant now) {
        boolean jobs = Stream.of(JobState.QUEUED, JobState.RUNNING, JobState.RETRY_SCHEDULED)
                .flatMap(state -> engine.jobs().list(state, 100).stream())
                .anyMatch(job -> !job.runAt().isAfter(now));
        return jobs
                || engine.schedule().active(Scope.of(ANN)).stream()
                        .anyMatch(reminder -> !reminder.due().isAfter(now));
    }

    private static Reply streamed(Session session, String line) {
        StringBuffer pieces = new StringBuffer();
        Outcome outcome = session.turn(line).onText(pieces::append).start().await();
        Reply reply = outcome.reply();
        if (!reply.text().contentEquals(pieces)) {
            throw new AssertionError("Streamed <" + pieces + "> but replied <" + reply.text() + ">");
        }
        return reply;
    }

    /** The summary of each step and the names of the values behind it. */
    private static Map<String, String> values(Explanation why) {
        Map<String, String> out = new LinkedHashMap<>();
        int number = 0;
        for (Explanation.Step step : why.steps()) {
            number++;
            Json detail = step.detail();
            String names = detail.isObject() && detail.size() > 0
                    ? " " + new TreeSet<>(detail.members().keySet())
                    : "";
            out.put(number + " " + step.stage(), step.summary() + names);
        }
        return out;
    }
}
