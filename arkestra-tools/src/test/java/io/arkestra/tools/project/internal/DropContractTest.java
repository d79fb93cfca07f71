package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.tools.document.internal.WorldContract;
import java.util.List;

class DropContractTest extends WorldContract {
    @Override
    protected String name() {
        return "index.drop";
    }

    @Override
    protected List<Json> valid() {
        return List.of(Json.parse("{\"project\":\"shop\"}"));
    }

    @Override
    protected List<Json> refused() {
        return List.of(Json.parse("{\"project\":\"none\"}"));
    }
}
