package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import java.util.List;

class ImportContractTest extends WorldContract {
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

    @Override
    protected boolean interfere(Json arguments) {
        home().memory().documents().list(alice().scope(), java.util.Optional.empty(), 100).stream()
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
