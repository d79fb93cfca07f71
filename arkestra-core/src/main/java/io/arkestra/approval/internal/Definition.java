package io.arkestra.approval.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolSpec;

/** Digests that say whether something is still what a person saw. */
final class Definition {
    private Definition() {}

    /** Of what a tool says that it is: another version, schema, description or sandbox is another tool to whoever agreed to it. */
    static String of(ToolSpec spec) {
        return Json.object()
                .put("name", spec.name())
                .put("version", spec.version())
                .put("description", spec.description())
                .put("arguments", spec.arguments())
                .put("result", spec.result().orElse(Json.NULL))
                .put("capabilities", Json.strings(spec.capabilities()))
                .put("sideEffect", spec.sideEffect().name())
                .put("reversible", spec.reversible())
                .put("idempotent", spec.idempotent())
                .put("untrusted", spec.untrusted().orElse(""))
                .put("sandbox", spec.sandbox())
                .build()
                .digest();
    }

    /** Of a call: its arguments, what it would do, the state of what it would change, and the tool. */
    static String of(ToolCall call, Prepared prepared, String definition) {
        return Json.object()
                .put("tool", call.tool())
                .put("definition", definition)
                .put("arguments", call.arguments())
                .put("effects", Json.strings(prepared.effects()))
                .put("preview", prepared.preview())
                .put("state", prepared.stateDigest())
                .build()
                .digest();
    }
}
