package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilesProviderTest {
    @TempDir
    Path directory;

    private List<Tool> tools(String settings) {
        try (TestProviderContext context = TestProviderContext.builder()
                .settings(Json.parse(settings.replace('\'', '"').replace("DIR", directory.toString())))
                .build()) {
            return new FilesProvider().tools(context);
        }
    }

    @Test
    void serviceLoader_jarOnTheClassPath_findsTheProvider() {
        assertTrue(
                ServiceLoader.load(ToolProvider.class).stream().anyMatch(found -> found.type() == FilesProvider.class));
    }

    @Test
    void tools_noRoot_bringsNone() {
        assertEquals(List.of(), tools("{}"));
    }

    @Test
    void tools_oneRoot_bringsThemAllAndNamesTheRoot() {
        List<Tool> tools = tools("{'roots':['work=DIR'],'readOnly':['work']}");

        assertEquals(
                List.of(
                        "fs.read",
                        "fs.list",
                        "fs.search",
                        "fs.write",
                        "fs.move",
                        "fs.delete",
                        "git.status",
                        "git.diff",
                        "git.log"),
                tools.stream().map(tool -> tool.spec().name()).toList());
        tools.forEach(tool -> assertTrue(
                tool.spec().description().contains("work (read-only)"),
                tool.spec().toString()));
    }

    @Test
    void close_withoutADataDirectory_leavesNothingBehind() throws IOException {
        long before = temporaryDirectories();
        tools("{'roots':['work=DIR']}");
        assertEquals(before, temporaryDirectories());
    }

    private static long temporaryDirectories() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith("arkestra-files"))
                    .count();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'roots':['DIR']} | expected name=path",
                "{'roots':['Work=DIR']} | expected name=path",
                "{'roots':['work=relative']} | expected an absolute path",
                "{'roots':['work=DIR/nowhere']} | cannot be opened",
                "{'roots':['work=/']} | would be the whole disk",
                "{'roots':['work=DIR','work=DIR']} | twice",
                "{'roots':['work=DIR'],'readOnly':['other']} | readOnly names 'other', which is not among the roots",
                "{'roots':['work=DIR'],'trusted':['other']} | trusted names 'other', which is not among the roots",
                "{'roots':['work=DIR'],'deny':['/x']} | expected names with * and ?",
                "{'roots':['work=DIR'],'fileBytes':0} | fileBytes is 0; expected 1 to 536870912",
            })
    void tools_badSettings_areNamed(String settings, String expected) {
        ConfigException refusal = assertThrows(ConfigException.class, () -> tools(settings));

        assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
    }

    @Test
    void tools_rootInsideTheHome_isRefused() throws IOException {
        Path home = Files.createDirectory(directory.resolve("home"));
        Path inside = Files.createDirectory(home.resolve("work"));
        ConfigException refusal = assertThrows(
                ConfigException.class,
                () -> FilesSettings.read(
                        io.arkestra.spi.Settings.of(
                                "files",
                                Json.object()
                                        .put("roots", Json.strings(List.of("work=" + inside)))
                                        .build()),
                        java.util.Optional.of(home),
                        List.of()));
        assertFalse(refusal.getMessage().isBlank());
    }
}
