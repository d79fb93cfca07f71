package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.tools.document.internal.WorldContract;
import java.util.List;

class ProjectSearchContractTest extends WorldContract {
    @Override
    protected String name() {
        return "project.search";
    }

    @Override
    protected List<Json> valid() {
        return List.of(Json.parse("{\"query\":\"zebra\",\"project\":\"shop\"}"), Json.parse("{\"query\":\"Cart\"}"));
    }

    @Override
    protected List<Json> refused() {
        return List.of(Json.parse("{\"query\":\"a\",\"project\":\"none\"}"));
    }
}
