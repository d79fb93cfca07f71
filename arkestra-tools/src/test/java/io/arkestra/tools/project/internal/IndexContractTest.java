package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.tools.document.internal.WorldContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class IndexContractTest extends WorldContract {
    @Override
    protected String name() {
        return "index.project";
    }

    @Override
    protected List<Json> valid() {
        return List.of(
                Json.parse("{\"path\":\"shop\",\"name\":\"again\"}"),
                Json.parse("{\"path\":\"shop\",\"name\":\"more\"}"));
    }

    @Override
    protected boolean interfere(Json arguments) {
        home().run("index.drop", "{\"project\":\"again\"}", alice());
        return true;
    }

    @Override
    protected List<Json> refused() {
        return List.of(
                Json.parse("{\"path\":\"new.txt\"}"),
                Json.parse("{\"path\":\"nowhere\"}"),
                Json.parse("{\"path\":\"shop\",\"name\":\"/\"}"));
    }

    /** More files than are indexed in three tries, of which each goes on where the one before was stopped. */
    @Override
    protected Optional<Json> slow() {
        try {
            for (int i = 0; i < 3_000; i++) {
                Path directory = Files.createDirectories(files().resolve("slow/d" + i % 30));
                Files.writeString(directory.resolve("F" + i + ".java"), "class F" + i + " {\n    String w;\n}\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(Json.parse("{\"path\":\"slow\"}"));
    }

    /** Files are everybody's who may read the directory. */
    @Override
    protected List<String> privateWords() {
        return List.of();
    }
}
