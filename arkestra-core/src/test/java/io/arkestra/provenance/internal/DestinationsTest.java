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
    @Timeout(60)
    void of_longTextsMadeToCostTime_areReadAtOnce() {
        for (String piece : List.of("a", "a.", "a-", "www.a", "http://", "GB29 ", "a@a")) {
            String text = piece.repeat(200_000 / piece.length());
            destinations(
                    ANY,
                    Json.object().put("x", text).put("recipient", text).build().toString());
        }
    }

    @Test
    void of_addressWithAName_isTheAddress() {
        assertEquals(
                List.of("ann@b.org", "bob@c.org"),
                destinations(ANY, "{\"recipients\":[\"Ann Lee <ann@b.org>\",\"mailto:bob@c.org\"]}"));
        assertEquals(List.of("ann@b.org", "bob@c.org"), destinations(ANY, "{\"to\":\"ann@b.org; Bob <bob@c.org>\"}"));
        assertEquals(List.of("evil@e.org"), destinations(ANY, "{\"to\":\"\\\"ann@b.org\\\" <evil@e.org>\"}"));
    }

    @Test
    void of_addressThatReadsInTwoWays_countsWhole() {
        for (String to : List.of("ann@b.org <evil@e.org>", "<ann@b.org> <evil@e.org>", "ann@b.org evil@e.org", "<>")) {
            assertEquals(
                    List.of(to),
                    destinations(ANY, Json.object().put("to", to).build().toString()));
        }
    }

    @Test
    void of_hostsWithoutWwwInContent_count() {
        assertEquals(List.of("bit.ly/x7"), destinations(ANY, "{\"body\":\"Have a look: bit.ly/x7, it is good\"}"));
        assertEquals(List.of("secure-logon-77.com"), destinations(ANY, "{\"body\":\"Go to secure-logon-77.com.\"}"));
        assertEquals(List.of("www.evil.example"), destinations(ANY, "{\"body\":\"Go to www\u3002evil\u3002example\"}"));
        assertEquals(List.of("www.evil.example"), destinations(ANY, "{\"body\":\"Go to www.ev\u200bil.example\"}"));
        assertEquals(List.of("evil.com/x"), destinations(ANY, "{\"body\":\"[here](//evil.com/x)\"}"));
    }

    @Test
    void of_fileNamesAndAbbreviationsInContent_doNotCount() {
        assertEquals(
                List.of(),
                destinations(
                        ANY,
                        "{\"body\":\"See report.docx, README.md, main.py, e.g. version 1.2.3 of Node.js, at 10.30 p.m., Dr.Smith.\"}"));
    }

    @Test
    void of_accountNumberInContentHoweverWritten_counts() {
        for (String written : List.of(
                "DE89 3704 0044 0532 0130 00",
                "de89370400440532013000",
                "DE89-3704-0044-0532-0130-00",
                "DE89.3704.0044.0532.0130.00",
                "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000")) {
            assertEquals(
                    1,
                    destinations(
                                    ANY,
                                    Json.object()
                                            .put("body", "Pay " + written + " now")
                                            .build()
                                            .toString())
                            .size(),
                    written);
        }
        assertEquals(List.of(), destinations(ANY, "{\"body\":\"In it12 they said that this week will pass\"}"));
    }

    @Test
    void of_addressAsAKey_counts() {
        assertEquals(List.of("evil@e.org"), destinations(ANY, "{\"grants\":{\"evil@e.org\":\"write\"}}"));
    }

    @Test
    void of_deeperThanAnybodyLooks_countsAsOne() {
        String deep = "{\"to\":\"evil@e.org\"}";
        for (int i = 0; i < 20; i++) {
            deep = "{\"a\":" + deep + "}";
        }
        assertEquals(1, destinations(ANY, deep).size());
    }

    @Test
    void of_callThatGoesNowhereAndTouchesNothing_isGovernedByItsTitle() {
        Destinations.Found found = found(
                ANY,
                "{\"title\":\"Dentist\",\"description\":\"Bring the card\",\"start_time\":\"2024-06-03 09:00\"}",
                "calendar.create");
        assertEquals(List.of(), found.destinations());
        assertEquals(
                List.of("Dentist"),
                found.governing().stream().map(Destination::text).toList());
        assertEquals(Destination.Kind.TITLE, found.governing().get(0).kind());
        assertEquals(
                List.of("9"),
                found(ANY, "{\"event_id\":\"9\",\"title\":\"Dentist\"}", "calendar.create").governing().stream()
                        .map(Destination::text)
                        .toList());
    }

    @Test
    @Timeout(60)
    void of_textMadeToBeSlow_isReadInTime() {
        for (String part : List.of("AA11 ", "a.", "a-", "www.", "x@", "<a", "A1.b/", "//", "\uFDFA ")) {
            String body = part.repeat(400_000 / part.length());
            destinations(
                    ANY, Json.object().put("body", body).put("to", body).build().toString());
        }
    }
}
