package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The part of {@link ToolContract} about what a tool says of itself. */
interface ToolSpecContract extends ToolSubject {
    @Test
    default void spec_askedAgain_isTheSame() {
        ToolSpec one = subject().spec();
        ToolSpec other = subject().spec();
        assertEquals(one.name(), other.name());
        assertEquals(one.version(), other.version());
        assertEquals(one.description(), other.description());
        assertEquals(one.arguments(), other.arguments());
        assertEquals(one.result(), other.result());
        assertEquals(one.capabilities(), other.capabilities());
        assertEquals(one.sideEffect(), other.sideEffect());
        assertEquals(one.timeout(), other.timeout());
    }

    @Test
    default void schema_ofTheArguments_isAClosedObject() {
        Json schema = spec().arguments();
        assertEquals(Optional.of("object"), schema.string("type"), "the arguments are an object");
        boolean closed = isFalse(schema.get("additionalProperties")) || isFalse(schema.get("unevaluatedProperties"));
        assertTrue(closed, "models invent properties: the schema must say \"additionalProperties\": false");
        Map<String, Json> properties =
                schema.get("properties").map(Json::members).orElse(Map.of());
        for (Json required : schema.list("required")) {
            assertTrue(properties.containsKey(required.asString()), required + " is required but not a property");
        }
        properties.forEach((name, property) -> assertFalse(
                property.isObject() && property.members().isEmpty(), "property " + name + " takes anything"));
    }

    private static boolean isFalse(Optional<Json> value) {
        return value.filter(Json.FALSE::equals).isPresent();
    }

    @Test
    default void schema_ofTheArguments_takesTheCallsThatWork() {
        assertFalse(works().isEmpty(), "name at least one call that works");
        for (Json arguments : works()) {
            assertTrue(arguments.isObject(), arguments + " is no object");
            assertEquals(
                    List.of(),
                    schemaProblems(spec().arguments(), arguments).orElse(List.of()),
                    () -> "a call that works must fit: " + arguments);
        }
        for (Json arguments : refuses()) {
            assertEquals(
                    List.of(),
                    schemaProblems(spec().arguments(), arguments).orElse(List.of()),
                    () -> "what the tool itself refuses must fit: " + arguments);
        }
    }

    @Test
    default void schema_ofTheArguments_refusesWhatIsMalformed() {
        assumeTrue(schemaProblems(spec().arguments(), Json.emptyObject()).isPresent(), "no validator");
        for (Json arguments : misfits()) {
            assertFalse(
                    schemaProblems(spec().arguments(), arguments).orElseThrow().isEmpty(),
                    () -> "must not fit: " + arguments);
        }
        Json strange = works().get(0).with("noSuchPropertyAtAll", Json.TRUE);
        assertFalse(
                schemaProblems(spec().arguments(), strange).orElseThrow().isEmpty(),
                "a property that nobody declared must not fit");
    }

    @Test
    default void schema_ofTheResult_isDeclared() {
        assumeTrue(promisesResults(), "a tool that need not say it");
        assertTrue(
                spec().result().filter(schema -> !schema.members().isEmpty()).isPresent(),
                "whoever goes on with a result must know what is in it: declare the schema of its data");
    }

    @Test
    default void result_ofACallThatWorks_isWhatTheSchemaPromises() {
        // Only a call that changes nothing leaves the world fresh for the next one.
        for (Json arguments : changesThings() ? works().subList(0, 1) : works()) {
            ToolResult result = made(call(arguments), context(ALICE));
            spec().result()
                    .ifPresent(schema -> assertEquals(
                            List.of(),
                            schemaProblems(schema, result.data()).orElse(List.of()),
                            () -> "the result of " + arguments + " is not as promised"));
            assertFalse(
                    result.text().isBlank() && result.data().members().isEmpty(),
                    "a result says something, or holds data");
        }
    }

    @Test
    default void permissions_ofAToolWithEffects_areDeclared() {
        assumeTrue(changesThings(), "no effects");
        assertFalse(
                spec().capabilities().isEmpty(),
                "a tool that changes something says which capability it needs: policies go by it");
    }

    /** Such a call is asked about once untrusted words were seen, and what it is called is not what is gone by. */
    @Test
    default void permissions_ofAToolThatTakesOwnDataAway_sayThatItDoes() {
        assumeTrue(spec().sideEffect() == ToolSpec.SideEffect.OWN_DATA, "its effects are asked about anyway");
        assumeTrue(last(spec().name()).matches("delete|forget|drop|cancel|reset|remove|erase|clear"), "takes nothing");
        assertTrue(
                spec().capabilities().stream()
                        .anyMatch(capability -> last(capability).matches("delete|forget|reset|remove|erase")),
                "a tool that takes something away has a capability that ends in .delete, .forget, .reset, .remove or .erase: "
                        + spec().capabilities());
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    @Test
    default void targets_ofCallsThatWork_areResolved() {
        for (Json arguments : works()) {
            ToolCall call = call(arguments);
            List<Target> targets = subject().targets(call, context(ALICE));
            targets.forEach(ToolSpecContract::assertCanonical);
            boolean changes = targets.stream().anyMatch(Target::changes);
            if (!changesThings()) {
                assertFalse(changes, () -> "a tool without effects changes nothing: " + targets);
            } else if (spec().sideEffect().compareTo(ToolSpec.SideEffect.LOCAL) >= 0) {
                assertTrue(changes, () -> "policies must know what is changed by " + arguments + ": " + targets);
            }
        }
    }

    private static void assertCanonical(Target target) {
        String value = target.value();
        switch (target.kind()) {
            case Target.PATH, Target.CWD -> {
                assertTrue(value.startsWith("/") || value.matches("[A-Z]:/.*"), target + " is not absolute");
                assertFalse(value.contains("\\"), target + " holds a backslash");
                assertFalse(List.of(value.split("/", -1)).contains(".."), target + " is not resolved");
            }
            case Target.DOMAIN, Target.RECIPIENT ->
                assertEquals(value.toLowerCase(Locale.ROOT), value, target + " is not in lower case");
            case Target.PORT -> assertTrue(value.matches("\\d{1,5}"), target + " is no port");
            default -> assertFalse(value.isBlank(), target.kind() + " has no value");
        }
    }
}
