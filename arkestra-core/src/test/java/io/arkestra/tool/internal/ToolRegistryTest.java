package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToolRegistryTest {
    private final ToolRegistry registry = new ToolRegistry(new ToolArguments(SchemaValidator.create()));

    private record Named(ToolSpec spec) implements Tool {
        Named(String name, String schema) {
            this(ToolSpec.builder(name).description("d").arguments(schema).build());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return ToolResult.text("done");
        }
    }

    @Test
    void add_tools_areFoundByNameAndListedInOrder() {
        registry.add(new Named("b.two", "{}"), "here");
        registry.add(new Named("a.one", "{}"), "there");
        assertEquals(Set.of("a.one", "b.two"), registry.names());
        assertEquals(
                List.of("a.one", "b.two"),
                registry.specs().stream().map(ToolSpec::name).toList());
        assertEquals("there", registry.find("a.one").orElseThrow().origin());
        assertTrue(registry.find("A.one").isEmpty());
    }

    @Test
    void add_sameNameTwice_namesBothOrigins() {
        registry.add(new Named("a.one", "{}"), "given by the host");
        ConfigException e =
                assertThrows(ConfigException.class, () -> registry.add(new Named("a.one", "{}"), "plugin.jar"));
        assertTrue(
                e.getMessage().contains("given by the host") && e.getMessage().contains("plugin.jar"));
    }

    @Test
    void add_schemaThatCannotBeUsed_namesTheToolAndAddsNothing() {
        ConfigException e = assertThrows(
                ConfigException.class, () -> registry.add(new Named("a.one", "{\"type\":\"objekt\"}"), "here"));
        assertTrue(e.getMessage().contains("a.one"), e.getMessage());
        assertTrue(registry.names().isEmpty());
    }

    @Test
    void names_ofARegistry_cannotBeChanged() {
        assertThrows(UnsupportedOperationException.class, () -> registry.names().add("x"));
    }
}
