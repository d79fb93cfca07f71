package io.arkestra.policy.rules.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.policy.Decision.Effect;
import io.arkestra.tool.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/policy.md says is true. */
class PolicyDocumentTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void examples_inTheDocument_areValid() throws IOException {
        Matcher matcher = EXAMPLE.matcher(Files.readString(DOCS.resolve("policy.md")));
        List<RuleSet> read = new ArrayList<>();
        while (matcher.find()) {
            read.add(Judging.read(Layer.HOST, matcher.group(1)));
        }
        assertEquals(3, read.size());
        assertTrue(read.stream().allMatch(set -> !set.rules().isEmpty()));
    }

    @Test
    void table_inTheDocument_namesEveryKey() throws IOException {
        String text = Files.readString(DOCS.resolve("policy.md"));
        for (String key : RuleReader.KEYS) {
            assertTrue(
                    text.lines().anyMatch(line -> line.startsWith("| `") && line.contains("`" + key + "`")),
                    key + " is not in the table");
        }
    }

    @Test
    void exampleFile_doesWhatItLooksLike() throws IOException {
        RuleSet rules = Judging.read(Layer.HOST, Files.readString(DOCS.resolve("policy.example.yaml")));
        assertEquals(7, rules.rules().size());
        assertEquals(Effect.ALLOW, effect("fs.read", "fs.read", "/home/alice/Projects/x/A.java", rules));
        assertEquals(Effect.ASK, effect("fs.write", "fs.write", "/home/alice/Projects/x/A.java", rules));
        assertEquals(Effect.DENY, effect("fs.read", "fs.read", "/home/alice/Projects/x/.env", rules));
        assertEquals(Effect.DENY, effect("fs.read", "fs.read", "/home/alice/.ssh/id_rsa", rules));
        assertEquals(Effect.DENY, effect("fs.read", "fs.read", "/etc/passwd", rules));
    }

    private static Effect effect(String tool, String capability, String path, RuleSet rules) {
        return Judging.effect(
                Judging.call(Judging.tool(tool, capability), "{}")
                        .targets(List.of(Target.changed(Target.PATH, path)))
                        .build(),
                rules);
    }
}
