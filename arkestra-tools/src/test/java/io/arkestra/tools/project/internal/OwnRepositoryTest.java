package io.arkestra.tools.project.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.ToolContext;
import io.arkestra.tools.document.internal.TestHome;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes this repository: its contracts always, all of it with {@code -Darkestra.index.whole=true}. */
class OwnRepositoryTest {
    private static final ToolContext ANN = TestToolContext.builder()
            .scope(Scope.of(UserId.of("ann")))
            .timeout(java.time.Duration.ofHours(1))
            .build();

    @TempDir
    Path temporary;

    @Test
    void index_ofThisRepository_findsItsClassesAndIsQuickTheSecondTime() throws Exception {
        Path repository = Path.of("").toAbsolutePath().getParent().toRealPath();
        Path project = Boolean.getBoolean("arkestra.index.whole") ? repository : repository.resolve("arkestra-api");
        assumeTrue(Files.isDirectory(project.resolve("src")) || Files.isDirectory(project.resolve("arkestra-api")));
        String index = "{\"path\":\"" + project + "\",\"name\":\"own\"}";
        try (TestHome home = TestHome.at(temporary, project)) {
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            Json first = home.run("index.project", index, ANN).data();
            long firstCpu = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1_000_000;
            Json again = home.run("index.project", index, ANN).data();
            long files = first.integer("files").orElseThrow();
            long millis = Math.max(1, first.integer("millis").orElseThrow());
            System.out.printf(
                    "index.project: %d files, %d passages in %d ms (%d files/s), %d ms of a processor; again without changes: %d ms%n",
                    files,
                    first.integer("passages").orElseThrow(),
                    millis,
                    files * 1_000 / millis,
                    firstCpu,
                    again.integer("millis").orElseThrow());
            assertTrue(files > 100);
            assertEquals(0, again.integer("read").orElseThrow());
            long start = System.nanoTime();
            Json found = home.run("project.search", "{\"query\":\"DocumentDraft\"}", ANN)
                    .data();
            System.out.printf("project.search: %d ms%n", (System.nanoTime() - start) / 1_000_000);
            assertTrue(found.list("passages").get(0).text("title").endsWith("DocumentDraft.java"), found::toString);
            assertTrue(home.run("project.search", "{\"query\":\"which exception says that a tool failed\"}", ANN)
                    .text()
                    .contains("ToolException.java"));
        }
    }
}
