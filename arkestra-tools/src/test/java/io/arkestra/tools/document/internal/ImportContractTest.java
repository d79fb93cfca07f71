package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

class ImportContractTest extends WorldContract {
    private static final int LENGTH = 4_000_000;

    @Override
    protected String name() {
        return "document.import";
    }

    @Override
    protected List<Json> valid() {
        return List.of(
                Json.parse("{\"path\":\"new.txt\"}"), Json.parse("{\"path\":\"known.txt\",\"title\":\"Known\"}"));
    }

    @Override
    protected List<Json> refused() {
        return List.of(
                Json.parse("{\"path\":\"nowhere.pdf\"}"),
                Json.parse("{\"path\":\"../new.txt\"}"),
                Json.parse("{\"path\":\"shop\"}"));
    }

    /** As long as a document may be: reading it is quick, keeping it is not. */
    @Override
    protected Optional<Json> slow() {
        String sentence = "The heron %d of the %d. lake waits for fish, and nobody knows what it thinks about them. ";
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < LENGTH; i++) {
            text.append(String.format(Locale.ROOT, sentence, i, i % 97)).append(i % 7 == 6 ? "\n\n" : "");
        }
        text.setLength(LENGTH);
        try {
            Files.writeString(files().resolve("slow.txt"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(Json.parse("{\"path\":\"slow.txt\"}"));
    }

    @Override
    protected boolean interfere(Json arguments) {
        home().memory().documents().list(alice().scope(), Optional.empty(), 100).stream()
                .filter(info -> info.metadata().getOrDefault("source", "").endsWith(arguments.text("path")))
                .forEach(info -> home().memory().documents().remove(alice().scope(), info.id()));
        return true;
    }

    /** A file is everybody's who may read the directory. */
    @Override
    protected List<String> privateWords() {
        return List.of();
    }
}
