package io.arkestra;

import io.arkestra.llm.LlmClient;
import io.arkestra.llm.gateway.internal.Gateway;
import io.arkestra.llm.gateway.internal.GatewayServices;
import java.util.List;

/** The language models of an engine's roles, each behind a gateway. */
final class Models {
    private final Opening opening;
    private final LlmClient offline;
    private final GatewayServices services;

    Models(Opening opening, LlmClient offline, GatewayServices services) {
        this.opening = opening;
        this.offline = offline;
        this.services = services;
    }

    /** The model of a role. The rules alone stay as they are: they are no language model and need no gateway. */
    LlmClient of(String role, List<Llm> chosen) {
        List<Gateway.Entry> entries = opening.models(role, chosen, offline);
        boolean rulesAlone = entries.size() == 1 && entries.get(0).client() == offline;
        return rulesAlone ? offline : new Gateway(role, entries, services);
    }
}
