package io.arkestra.testkit;

import io.arkestra.common.Json;
import io.arkestra.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The contract holds for a tool that keeps it. */
class FilePutContractTest extends ToolContract {
    private @Nullable Path place;

    @Override
    protected Tool open(Path directory) throws IOException {
        place = directory;
        Files.writeString(directory.resolve("old.txt"), "text first");
        return new FilePut(directory);
    }

    @Override
    protected List<Json> valid() {
        return List.of(
                Json.parse("{\"name\":\"new.txt\",\"text\":\"hello\"}"),
                Json.parse("{\"name\":\"old.txt\",\"text\":\"second\"}"));
    }

    @Override
    protected List<Json> refused() {
        return List.of(Json.parse("{\"name\":\"../etc\",\"text\":\"hello\"}"));
    }

    @Override
    protected boolean interfere(Json arguments) throws IOException {
        Files.writeString(java.util.Objects.requireNonNull(place).resolve(arguments.text("name")), "mine");
        return true;
    }

    /** It answers in words alone. */
    @Override
    protected boolean resultSchemaExpected() {
        return false;
    }

    @Override
    protected Object world() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(java.util.Objects.requireNonNull(place))) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }
}
