package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.tools.document.internal.WorldContract;
import java.util.List;

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

    /** Files are everybody's who may read the directory. */
    @Override
    protected List<String> privateWords() {
        return List.of();
    }
}
