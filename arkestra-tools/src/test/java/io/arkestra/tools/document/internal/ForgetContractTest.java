package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import java.util.List;

class ForgetContractTest extends WorldContract {
    @Override
    protected String name() {
        return "document.forget";
    }

    @Override
    protected List<Json> valid() {
        return List.of(Json.object().put("document", document()).build());
    }

    @Override
    protected List<Json> refused() {
        return List.of(Json.parse("{\"document\":\"none\"}"));
    }
}
