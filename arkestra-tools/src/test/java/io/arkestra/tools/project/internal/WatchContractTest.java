package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.tools.document.internal.WorldContract;
import java.util.List;

class WatchContractTest extends WorldContract {
    @Override
    protected String name() {
        return "index.watch";
    }

    @Override
    protected List<Json> valid() {
        return List.of(Json.parse("{\"project\":\"shop\"}"));
    }

    /** The user stops it, by another call. */
    @Override
    protected boolean interfere(Json arguments) {
        home().run("index.watch", "{\"project\":\"shop\",\"on\":false}", alice());
        return true;
    }

    @Override
    protected List<Json> refused() {
        return List.of(Json.parse("{\"project\":\"none\"}"));
    }
}
