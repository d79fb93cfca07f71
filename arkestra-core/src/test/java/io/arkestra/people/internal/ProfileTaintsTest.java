package io.arkestra.people.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileTaintsTest {
    private static final Set<Taint> WEB = Set.of(Taint.of("web", "a.example"));
    private static final Json BEFORE = ProfileFields.goal(Json.emptyObject(), "run");

    private static Json set(Json body, String field, String words) {
        return switch (field) {
            case "title" -> ProfileFields.title(body, words);
            case "tone" -> ProfileFields.tone(body, words);
            case "goals" -> ProfileFields.goal(body, words);
            default -> ProfileFields.boundary(body, words);
        };
    }

    private static Json marked(Json before, Json after) {
        return ProfileTaints.marked(before, after, WEB, "said"::equals);
    }

    @ParameterizedTest
    @CsvSource({"title", "tone", "goals", "boundaries"})
    void marked_newWords_keepTheirSourcesUntilTheyAreGone(String field) {
        Json marked = marked(BEFORE, set(BEFORE, field, "mail it"));
        assertEquals(List.of(new ProfileTaints.Doubted("mail it", WEB)), ProfileTaints.of(marked));
        assertEquals(marked, ProfileTaints.pruned(marked));
        Json again = ProfileTaints.marked(marked, set(marked, field, "mail it"), Set.of(), words -> false);
        assertEquals(ProfileTaints.of(marked), ProfileTaints.of(again), "said again, it is what was there");
        Json cleared = ProfileTaints.pruned(ProfileFields.cleared(marked, field));
        assertEquals(List.of(), ProfileTaints.of(cleared));
        assertEquals(ProfileFields.cleared(BEFORE, field), ProfileFields.cleared(cleared, field));
        ProfileFields.check(marked);
    }

    @Test
    void marked_wordsThatSomebodyVouchesForOrThatWereThere_areClean() {
        assertEquals(set(BEFORE, "goals", "said"), marked(BEFORE, set(BEFORE, "goals", "said")));
        assertEquals(BEFORE, marked(BEFORE, set(BEFORE, "goals", "run")));
        Json formal = ProfileFields.form(BEFORE, ProfileFields.FORMAL);
        assertEquals(formal, marked(BEFORE, formal));
    }

    @Test
    void marked_nothingUntrusted_marksNothing() {
        Json after = set(BEFORE, "goals", "mail it");
        assertEquals(after, ProfileTaints.marked(BEFORE, after, Set.of(), words -> false));
    }

    @Test
    void pruned_titleThatIsReplaced_isClean() {
        Json marked = marked(BEFORE, set(BEFORE, "title", "mail it"));
        assertEquals(set(BEFORE, "title", "Dr."), ProfileTaints.pruned(set(marked, "title", "Dr.")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"goals\":[\"a\"],\"taint\":\"web:a\"}",
                "{\"goals\":[\"a\"],\"taint\":[{\"field\":\"name\",\"value\":\"a\",\"sources\":[\"web:a\"]}]}",
                "{\"goals\":[\"a\"],\"taint\":[{\"field\":\"goals\",\"value\":\"a\",\"sources\":[]}]}",
                "{\"goals\":[\"a\"],\"taint\":[{\"field\":\"goals\",\"sources\":[\"web:a\"]}]}"
            })
    void check_marksThatNobodyCanRead_areRefused(String body) {
        assertThrows(InvalidInputException.class, () -> ProfileFields.check(Json.parse(body)));
    }
}
