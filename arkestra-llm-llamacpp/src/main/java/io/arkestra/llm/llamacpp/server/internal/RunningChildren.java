package io.arkestra.llm.llamacpp.server.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory with one file per child that runs: which process it is and which host started it. What a killed host leaves running is ended at
 * the next start. A process is the same when its number and the instant of its start are.
 */
public final class RunningChildren {
    private static final Logger LOG = LoggerFactory.getLogger(RunningChildren.class);
    private static final String NAME = "llama-server-";

    private final Path directory;

    public RunningChildren(Path directory) {
        this.directory = directory;
    }

    /** Writes a child down; empty when that is not possible, and nothing can be ended later. */
    Optional<Path> add(ProcessHandle child) {
        Path file = directory.resolve(NAME + child.pid() + ".lock");
        try {
            Files.createDirectories(directory);
            Files.writeString(file, written(child) + "\n" + written(ProcessHandle.current()) + "\n");
            return Optional.of(file);
        } catch (IOException e) {
            LOG.debug("llama-server {} is not written down", child.pid(), e);
            return Optional.empty();
        }
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} stays", file, e);
        }
    }

    /** Ends the children of hosts that are gone. */
    public void reap() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, NAME + "*.lock")) {
            for (Path file : files) {
                try {
                    reap(file);
                } catch (IOException e) {
                    LOG.debug("{} cannot be read; another host may have dealt with it", file, e);
                }
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be listed", directory, e);
        }
    }

    private static void reap(Path file) throws IOException {
        String[] lines = Files.readString(file).split("\n");
        if (lines.length < 2 || process(lines[1]).isPresent()) {
            return;
        }
        process(lines[0]).ifPresent(child -> {
            LOG.info("Ending llama-server {}, which a host that is gone has left", child.pid());
            child.destroyForcibly();
        });
        remove(file);
    }

    private static String written(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(Instant::toString).orElse("?");
    }

    /** The process that was written down, if it still runs. */
    private static Optional<ProcessHandle> process(String line) {
        String[] parts = line.strip().split(" ");
        if (!parts[0].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(ProcessHandle::isAlive)
                .filter(process ->
                        !line.strip().endsWith("?") && written(process).equals(line.strip()));
    }
}
