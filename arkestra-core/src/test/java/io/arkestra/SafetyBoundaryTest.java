package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mood and learning have no way to policies and tools, and these none to them: neither compiles against the other. */
class SafetyBoundaryTest {
    private static final List<String> MOOD = List.of("io/arkestra/neuro", "io/arkestra/learning");
    private static final List<String> SAFETY =
            List.of("io/arkestra/policy", "io/arkestra/tool", "io/arkestra/guard", "io/arkestra/approval");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.arkestra.policy.Action",
                "io.arkestra.tool.Tool",
                "io.arkestra.policy.internal.PolicyChain",
                "io.arkestra.tool.internal.ToolRunner",
                "io.arkestra.tool.builtin.internal.BuiltInTools"
            })
    void classes_thatDecideAboutTools_doNotKnowMoodAndLearning(String member) throws Exception {
        assertNoneNames(member, MOOD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.arkestra.neuro.Preset",
                "io.arkestra.learning.Learned",
                "io.arkestra.neuro.internal.NeuroStore",
                "io.arkestra.learning.internal.LearningStore"
            })
    void classes_ofMoodAndLearning_doNotKnowPoliciesAndTools(String member) throws Exception {
        assertNoneNames(member, SAFETY);
    }

    /** Names of other classes stand in the constants of a class file as they are. */
    private static void assertNoneNames(String member, List<String> packages) throws Exception {
        Class<?> type = Class.forName(member);
        List<Path> classes = classes(type);
        assertTrue(classes.size() > 1, () -> "no classes beside " + member);
        String directory = type.getPackageName().replace('.', '/');
        for (Path file : classes) {
            String constants = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            assertTrue(constants.contains(directory), file + " is not a class of " + directory);
            packages.forEach(name -> assertFalse(constants.contains(name), () -> file + " names " + name));
        }
    }

    private static List<Path> classes(Class<?> type) throws IOException, URISyntaxException {
        Path source =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        String directory = type.getPackageName().replace('.', '/');
        if (Files.isDirectory(source)) {
            return list(source.resolve(directory));
        }
        FileSystem jar = FileSystems.newFileSystem(source, Map.of());
        return list(jar.getPath(directory));
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        }
    }
}
