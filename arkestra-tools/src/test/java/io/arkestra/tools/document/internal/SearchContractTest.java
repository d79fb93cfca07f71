package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import java.util.List;

class SearchContractTest extends WorldContract {
    @Override
    protected String name() {
        return "document.search";
    }

    @Override
    protected List<Json> valid() {
        return List.of(Json.parse("{\"query\":\"flamingos\"}"), Json.parse("{\"query\":\"texts\",\"limit\":3}"));
    }

    @Override
    protected List<Json> refused() {
        return List.of(Json.parse("{\"query\":\"a\",\"document\":\"none\"}"));
    }
}
