package io.arkestra.memory.sleep.internal;

import static io.arkestra.memory.sleep.internal.Nights.ANN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.SleepRequest;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sleep whose process is killed in each of its steps in turn comes to the same end as one that was left in peace. */
class SleepKillTest {
    private static final int ROUNDS = Integer.getInteger("arkestra.sleepKills", 1);
    private static final Duration LIVED = Duration.ofDays(12);

    @TempDir
    Path dir;

    @Test
    void kill_inEachStep_losesNothingAndDoublesNothing() throws Exception {
        Map<String, String> wanted;
        try (Nights nights = Nights.inMemory()) {
            SleepTest.live(nights);
            nights.clock.set(start(nights));
            nights.memory.sleep(SleepRequest.all().user(ANN));
            wanted = SleepTest.texts(nights);
        }
        for (int round = 0; round < ROUNDS; round++) {
            Path home = dir.resolve("home" + round);
            try (Nights nights = Nights.in(home)) {
                SleepTest.live(nights);
            }
            int step = 0;
            while (!sleepAndDie(home, step)) {
                step++;
            }
            assertTrue(step >= 11, "killed in " + step + " steps");
            try (Nights nights = Nights.in(home)) {
                nights.clock.set(start(nights));
                SleepOutcome rest = nights.memory.sleep(SleepRequest.all().user(ANN));
                assertTrue(rest.complete());
                assertEquals(Map.of(), rest.counts(), "nothing is left after the sleep that was not killed");
                assertEquals(wanted, SleepTest.texts(nights));
            }
        }
    }

    private static java.time.Instant start(Nights nights) {
        return java.time.Instant.parse("2026-03-02T09:00:00Z").plus(LIVED);
    }

    /** Kills the process that sleeps once so many steps are done. Returns whether it came to its end. */
    private static boolean sleepAndDie(Path home, int steps) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sleeper.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            for (int i = 0; i < steps && line != null && !line.equals("complete"); i++) {
                line = out.readLine();
            }
            if ("complete".equals(line)) {
                return true;
            }
            assertTrue(line != null, "the process ended by itself");
            int spins = new Random().nextInt(100_000);
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            return false;
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /** Sleeps, and says when it begins and after each step. */
    static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] arguments) {
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
            try (Nights nights = Nights.in(Path.of(arguments[0]))) {
                nights.clock.set(start(nights));
                out.println("begins");
                nights.memory.sleep(SleepRequest.all().user(ANN).progress(step -> out.println(step.step())));
                out.println("complete");
            }
        }
    }
}
