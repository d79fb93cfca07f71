package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.tools.document.internal.WorldContract;
import java.util.List;

class StatusContractTest extends WorldContract {
    @Override
    protected String name() {
        return "index.status";
    }

    @Override
    protected List<Json> valid() {
        return List.of(Json.emptyObject());
    }

    @Override
    protected List<Json> refused() {
        return List.of(); // it takes no arguments: there is nothing that would fit and still be wrong
    }

    @Override
    protected List<Json> malformed() {
        return List.of(Json.parse("{\"project\":\"shop\"}"), Json.parse("[]"), Json.parse("\"shop\""));
    }
}
