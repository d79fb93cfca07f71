package io.arkestra.tools.project.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The watch of real directories: it goes on hearing whatever happens to it. */
@Timeout(120)
class ProjectWatchTest {
    @TempDir
    Path root;

    private final BlockingQueue<String> runs = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();

    private List<Path> directories(int count) throws IOException {
        List<Path> directories = new ArrayList<>(List.of(root));
        for (int i = 0; i < count; i++) {
            directories.add(Files.createDirectories(root.resolve("d" + i)));
        }
        return directories;
    }

    private ProjectWatch watch(int most, List<Path> first, List<Path> then) {
        return ProjectWatch.start(
                root,
                first,
                cancel -> {
                    runs.add("run");
                    return then;
                },
                warnings::add,
                most);
    }

    private void heard(Path directory) throws IOException, InterruptedException {
        quiet();
        Files.writeString(directory.resolve("heard"), "again " + System.nanoTime());
        assertNotNull(runs.poll(20, TimeUnit.SECONDS), () -> "nothing was heard of " + directory);
    }

    /** Until nothing has run for a while. */
    private void quiet() throws InterruptedException {
        while (runs.poll(1, TimeUnit.SECONDS) != null) {
            assertTrue(warnings.size() < 1_000);
        }
    }

    @Test
    void watch_ofMoreEventsThanItWaitsFor_goesOnHearingAllDirectories() throws Exception {
        List<Path> directories = directories(6);
        try (ProjectWatch watch = watch(2, directories, directories)) {
            for (Path directory : directories) {
                Files.writeString(directory.resolve("new"), "text");
            }
            assertNotNull(runs.poll(20, TimeUnit.SECONDS));
            for (Path directory : directories) {
                heard(directory);
            }
            assertTrue(watch.isAlive());
        }
    }

    @Test
    void watch_ofADirectoryThatVanished_hearsTheOthers() throws Exception {
        List<Path> first = directories(1);
        List<Path> then = new ArrayList<>(first);
        then.add(root.resolve("gone"));
        then.add(Files.createDirectories(root.resolve("z")));
        try (ProjectWatch watch = watch(10_000, first, then)) {
            heard(root);
            heard(root.resolve("z"));
            assertTrue(watch.isAlive());
        }
    }

    @Test
    void start_withADirectoryThatVanished_watchesTheOthers() throws Exception {
        List<Path> directories = new ArrayList<>(List.of(root.resolve("gone")));
        directories.addAll(directories(1));
        try (ProjectWatch watch = watch(10_000, directories, directories)) {
            heard(root.resolve("d0"));
            assertTrue(watch.isAlive());
        }
    }

    @Test
    void start_withNothingToWatch_isRefused() {
        List<Path> gone = List.of(root.resolve("gone"));
        assertThrows(ToolException.class, () -> watch(10_000, gone, gone));
    }

    @Test
    void watch_whoseIndexingBreaks_warnsAndGoesOn() throws Exception {
        AtomicBoolean breaks = new AtomicBoolean(true);
        List<Path> directories = directories(0);
        try (ProjectWatch watch = ProjectWatch.start(
                root,
                directories,
                cancel -> {
                    if (breaks.getAndSet(false)) {
                        throw new IllegalStateException("a bug");
                    }
                    runs.add("run");
                    return directories;
                },
                warnings::add,
                10_000)) {
            Files.writeString(root.resolve("new"), "text");
            String warning = warnings.poll(20, TimeUnit.SECONDS);
            assertNotNull(warning);
            assertTrue(warning.contains("IllegalStateException"), warning);
            assertFalse(warning.contains("null"), warning);
            heard(root);
            assertTrue(watch.isAlive());
        }
    }
}
