package io.arkestra.tool.select.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.ToolSpec;

/**
 * Which definition of a tool something was made for: another description, schema or capability is another definition, whatever the version
 * says.
 *
 * @param name of the tool
 * @param version of the tool
 * @param digest of everything that its description says, in hexadecimal digits
 */
record Definition(String name, String version, String digest) {
    private static final int SHOWN = 32;

    static Definition of(ToolSpec spec) {
        Json whole = Json.object()
                .put("name", spec.name())
                .put("version", spec.version())
                .put("description", spec.description())
                .put("arguments", spec.arguments())
                .put("result", spec.result().orElse(Json.NULL))
                .put("capabilities", Json.strings(spec.capabilities()))
                .put("sideEffect", spec.sideEffect().name())
                .put("reversible", spec.reversible())
                .put("timeout", spec.timeout().toString())
                .put("examples", Json.strings(spec.examples()))
                .put("platforms", spec.platforms().toString())
                .put("cost", spec.cost().name())
                .put("untrusted", spec.untrusted().orElse(""))
                .put("project", spec.project().map(Object::toString).orElse(""))
                .build();
        return new Definition(spec.name(), spec.version(), whole.digest());
    }

    /** The id of what is kept about it. */
    String id() {
        String hexadecimal = digest.substring(digest.indexOf(':') + 1);
        return name + "#" + hexadecimal.substring(0, Math.min(SHOWN, hexadecimal.length()));
    }
}
