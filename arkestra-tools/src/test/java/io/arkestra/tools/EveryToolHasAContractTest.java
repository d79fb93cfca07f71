package io.arkestra.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.arkestra.Arkestra;
import io.arkestra.common.Json;
import io.arkestra.testkit.ToolContracts;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No tool that this module brings to an engine is without a test of the contract. */
class EveryToolHasAContractTest {
    @TempDir
    Path directory;

    private static Set<String> names(Arkestra engine) {
        Set<String> names = new TreeSet<>();
        engine.tools().all().stream().map(ToolSpec::name).forEach(names::add);
        return names;
    }

    @Test
    void tools_broughtToAnEngine_areThoseWithAContract() throws Exception {
        Path root = Files.createDirectory(directory.toRealPath().resolve("root"));
        Json roots = Json.object()
                .put("roots", Json.strings(List.of("project=" + root)))
                .build();
        Set<String> brought;
        try (Arkestra plain = Arkestra.builder().build();
                Arkestra engine = Arkestra.builder()
                        .tools(t -> t.discover().configure("files", roots).configure("documents", roots))
                        .build()) {
            brought = names(engine);
            brought.removeAll(names(plain));
        }
        assertFalse(brought.isEmpty());
        assertEquals(
                brought,
                ToolContracts.names(
                        EveryToolHasAContractTest.class, Files.createDirectory(directory.resolve("worlds"))));
    }
}
