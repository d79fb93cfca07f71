package io.arkestra.llm.openai;

import io.arkestra.tool.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** The names of one request's tools as the server may see them, and back. Immutable. */
final class ToolNames {
    /** OpenAI's limit. */
    private static final int LONGEST = 64;

    private final Map<String, String> wireByName = new LinkedHashMap<>();
    private final Map<String, String> nameByWire = new LinkedHashMap<>();
    private final boolean dotted;

    ToolNames(List<ToolSpec> tools, boolean dotted) {
        this.dotted = dotted;
        for (ToolSpec tool : tools) {
            String wire = spelled(tool.name());
            // a.b and a__b would be spelled alike.
            String free = wire;
            for (int i = 2; nameByWire.containsKey(free); i++) {
                free = wire.substring(0, Math.min(wire.length(), LONGEST - 4)) + "_" + i;
            }
            wireByName.put(tool.name(), free);
            nameByWire.put(free, tool.name());
        }
    }

    String wire(String name) {
        String wire = wireByName.get(name);
        return wire == null ? spelled(name) : wire;
    }

    /** A name that the server was not told stays as the model wrote it. */
    String name(String wire) {
        return nameByWire.getOrDefault(wire, wire);
    }

    private String spelled(String name) {
        if (dotted) {
            return name;
        }
        String wire = name.replace(".", "__");
        if (wire.length() <= LONGEST) {
            return wire;
        }
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        return wire.substring(0, LONGEST - 9) + "_" + String.format("%08x", sum.getValue());
    }
}
