package io.arkestra.tool.declared.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.Arkestra;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the documentation shows is what the engine takes. */
@DisabledOnOs(OS.WINDOWS)
class DeclaredDocsTest {
    @Test
    void examplesInTheDocumentation_areTaken() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "declarative-tools.md"));
        Matcher example = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL).matcher(page);
        List<String> kinds = new ArrayList<>();
        try (Arkestra engine = Arkestra.builder().build()) {
            while (example.find()) {
                kinds.add(engine.tools().declared().add(example.group(1)).kind());
            }
        }
        assertEquals(List.of("http", "command", "chain"), kinds);
    }
}
