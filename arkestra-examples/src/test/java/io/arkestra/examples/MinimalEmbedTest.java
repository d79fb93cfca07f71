package io.arkestra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MinimalEmbedTest {
    private static final Pattern IN_README =
            Pattern.compile("<!-- minimal-embed -->\\s*```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IN_SOURCE =
            Pattern.compile("// minimal-embed\\n(.*?)\\s*// minimal-embed", Pattern.DOTALL);

    @Test
    void readme_minimalExample_isTheCompiledOne() throws IOException {
        Path source = Path.of("src/main/java/io/arkestra/examples/MinimalEmbed.java");

        String shown = block(IN_README, Path.of("../README.md"));
        String compiled = block(IN_SOURCE, source);

        assertEquals(compiled, shown);
        assertTrue(compiled.lines().count() <= 12, compiled);
    }

    private static String block(Pattern pattern, Path file) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(file).replace("\r\n", "\n"));
        assertTrue(matcher.find(), () -> file + " has no block marked minimal-embed");
        return matcher.group(1).stripIndent().strip();
    }
}
