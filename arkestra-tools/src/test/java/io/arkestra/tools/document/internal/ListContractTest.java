package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import java.util.List;

class ListContractTest extends WorldContract {
    @Override
    protected String name() {
        return "document.list";
    }

    @Override
    protected List<Json> valid() {
        return List.of(Json.emptyObject(), Json.parse("{\"limit\":1}"));
    }

    @Override
    protected List<Json> refused() {
        return List.of(); // whatever fits can be listed
    }

    @Override
    protected List<Json> malformed() {
        return List.of(
                Json.parse("{\"limit\":0}"),
                Json.parse("{\"limit\":501}"),
                Json.parse("{\"limit\":\"5\"}"),
                Json.parse("{\"limit\":1.5}"),
                Json.parse("{\"limit\":null}"));
    }
}
