package io.arkestra.tool.declared.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.common.WellFormed;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process of another program, with an environment and an input of ours, whose output is cut and which ends with all that it started at
 * its deadline.
 *
 * @param most bytes of each output that are kept; a program that writes more is stopped
 */
record ChildProcess(List<String> command, Path directory, Map<String, String> environment, String stdin, int most) {
    /** How long readers are waited for once the process is over. */
    private static final long READERS_MILLIS = 2_000;

    /** What came of it. */
    record Ended(int exit, String out, String err, boolean cut) {}

    Ended run(Duration limit, Cancellation cancel) {
        cancel.throwIfCancelled();
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new ToolException(
                    ToolException.Reason.FAILED, "'" + command.get(0) + "' cannot be started: " + e.getMessage(), e);
        }
        // Children that lose their parent are found no more: those that were seen are remembered.
        Set<ProcessHandle> seen = new LinkedHashSet<>();
        try (Subscription registration = cancel.onCancel(process::destroyForcibly)) {
            Output out = new Output(process.getInputStream(), process);
            Output err = new Output(process.getErrorStream(), process);
            feed(process);
            boolean ended = waitFor(process, limit, seen);
            // Not the process itself: that closes its output, of which the end may not have been read yet.
            endDescendants(process, seen);
            cancel.throwIfCancelled();
            if (!ended) {
                throw new ToolException(
                        ToolException.Reason.TIMEOUT,
                        "'" + command.get(0) + "' took longer than " + limit.toMillis()
                                + " ms and was stopped with all that it started");
            }
            out.await();
            err.await();
            return new Ended(process.exitValue(), out.text(), err.text(), out.cut || err.cut);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        } finally {
            endDescendants(process, seen);
            process.destroyForcibly();
        }
    }

    /** Looks for descendants while it waits. */
    private static boolean waitFor(Process process, Duration limit, Set<ProcessHandle> seen)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            process.descendants().forEach(seen::add);
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            if (process.waitFor(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)), TimeUnit.NANOSECONDS)) {
                return true;
            }
        }
    }

    private static void endDescendants(Process process, Set<ProcessHandle> seen) {
        process.descendants().forEach(seen::add);
        for (ProcessHandle child : List.copyOf(seen)) {
            child.descendants().forEach(ProcessHandle::destroyForcibly);
            child.destroyForcibly();
        }
    }

    private void feed(Process process) {
        Threads.daemon("arkestra-command-in", () -> {
                    try (OutputStream in = process.getOutputStream()) {
                        in.write(stdin.getBytes(StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        // It did not read what it was given: its own business.
                    }
                })
                .start();
    }

    /** Reads one output to its end or to its bound. */
    private final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread reader;
        private volatile boolean cut;

        Output(InputStream in, Process process) {
            reader = Threads.daemon("arkestra-command-out", () -> {
                byte[] buffer = new byte[8_192];
                try (in) {
                    int read;
                    while ((read = in.read(buffer)) >= 0) {
                        keep(buffer, read);
                        if (cut) {
                            process.destroyForcibly();
                            return;
                        }
                    }
                } catch (IOException e) {
                    // The process was stopped; what came before that is kept.
                }
            });
            reader.start();
        }

        private synchronized void keep(byte[] buffer, int read) {
            int room = most - bytes.size();
            bytes.write(buffer, 0, Math.min(read, room));
            cut |= read > room;
        }

        void await() throws InterruptedException {
            reader.join(READERS_MILLIS);
        }

        /** What is no UTF-8 becomes U+FFFD. */
        synchronized String text() {
            return WellFormed.text(bytes.toString(StandardCharsets.UTF_8));
        }
    }
}
