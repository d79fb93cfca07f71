package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.policy.Action;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DestinationsTest {
    private static final String ANY = "{\"type\":\"object\",\"additionalProperties\":true}";

    private static Destinations.Found found(String schema, String arguments, String capability, Target... targets) {
        ToolSpec spec = ToolSpec.builder("post.it")
                .description("Posts it")
                .arguments(schema)
                .capability(capability)
                .sideEffect(ToolSpec.SideEffect.OUTWARD)
                .build();
        return Destinations.of(Action.toolCall(spec, Json.parse(arguments)).toBuilder()
                .targets(List.of(targets))
                .build());
    }

    private static List<String> destinations(String schema, String arguments, Target... targets) {
        return found(schema, arguments, "message.send", targets).destinations().stream()
                .map(Destination::text)
                .toList();
    }

    @Test
    void of_namesOfParameters_tellDestinationsFromContent() {
        assertEquals(
                List.of("a@b.org", "c@d.org"),
                destinations(ANY, "{\"recipients\":[\"a@b.org\",\"c@d.org\"],\"subject\":\"Hi\",\"body\":\"Hello\"}"));
        assertEquals(List.of("general"), destinations(ANY, "{\"channel\":\"general\",\"body\":\"Hello\"}"));
    }

    @Test
    void of_schemaSaysSo_isBelieved() {
        String schema = """
                {"type":"object","properties":{"whither":{"type":"string","x-arkestra-target":"recipient"},
                 "reply":{"type":"string","format":"email"},"user":{"type":"string","x-arkestra-target":"none"}}}""";
        assertEquals(
                List.of("x", "y@z.org"),
                destinations(schema, "{\"whither\":\"x\",\"reply\":\"y@z.org\",\"user\":\"me\"}"));
    }

    @Test
    void of_shapeOfAValueUnderAnyName_counts() {
        assertEquals(List.of("a@b.org"), destinations(ANY, "{\"x\":\"a@b.org\"}"));
        assertEquals(List.of("GB29NWBK60161331926819"), destinations(ANY, "{\"x\":\"GB29NWBK60161331926819\"}"));
        assertEquals(List.of("/etc/passwd"), destinations(ANY, "{\"x\":\"/etc/passwd\"}"));
        assertEquals(List.of("evil.example"), destinations(ANY, "{\"x\":{\"y\":[\"evil.example\"]}}"));
    }

    @Test
    void of_linksAndAccountsWithinAText_count() {
        assertEquals(
                List.of("https://evil.example/x?y=1", "GB29NWBK60161331926819"),
                destinations(ANY, "{\"body\":\"Look at https://evil.example/x?y=1, pay GB29NWBK60161331926819.\"}"));
        assertEquals(List.of("www.evil.example"), destinations(ANY, "{\"body\":\"Check out: www.evil.example\"}"));
    }

    @Test
    void of_targetOfTheTool_countsUnlessItIsAnArgumentResolved() {
        assertEquals(
                List.of("notes.txt"),
                destinations(ANY, "{\"path\":\"notes.txt\"}", Target.changed(Target.PATH, "/home/u/notes.txt")));
        assertEquals(
                List.of("/home/u/other.txt"),
                destinations(ANY, "{\"what\":1}", Target.changed(Target.PATH, "/home/u/other.txt")));
        assertTrue(destinations(ANY, "{}", Target.read(Target.PATH, "/home/u/other.txt"))
                .isEmpty());
    }

    @Test
    void of_noDestination_whatIsTouchedGoverns() {
        Destinations.Found found =
                found(ANY, "{\"hotel\":\"Ritz\",\"start_day\":\"2025-01-01\",\"event_id\":5}", "travel.book");
        assertEquals(
                List.of("Ritz", "5"),
                found.governing().stream().map(Destination::text).toList());
    }

    @Test
    void of_credential_whatItIsSetToIsADestination() {
        assertEquals(
                List.of("new_password"),
                found(ANY, "{\"password\":\"new_password\"}", "credential").destinations().stream()
                        .map(Destination::text)
                        .toList());
    }

    @Test
    @Timeout(5)
    void of_longTextsMadeToCostTime_areReadAtOnce() {
        for (String piece : List.of("a", "a.", "a-", "www.a", "http://", "GB29 ", "a@a")) {
            String text = piece.repeat(200_000 / piece.length());
            destinations(
                    ANY,
                    Json.object().put("x", text).put("recipient", text).build().toString());
        }
    }
}
