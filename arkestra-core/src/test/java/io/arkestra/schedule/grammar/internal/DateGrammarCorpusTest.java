package io.arkestra.schedule.grammar.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Rates on the project's own sentences; each floor is what the grammar reaches today. */
class DateGrammarCorpusTest {

    private static Optional<TimeExpression> parse(Corpus.Row row) {
        return DateGrammar.standard().parse(row.text(), ParseContext.at(row.reference()));
    }

    private static boolean startIsRight(Corpus.Row row) {
        return parse(row)
                .filter(found -> same(found.start(), row.expected().get("start"), row.expected()))
                .isPresent();
    }

    private static boolean same(ZonedDateTime found, JsonNode time, JsonNode expected) {
        LocalDateTime wanted = LocalDateTime.parse(time.asText());
        ChronoUnit unit = expected.get("grain").asText().equals("day") ? ChronoUnit.DAYS : ChronoUnit.MINUTES;
        return found.toLocalDateTime().truncatedTo(unit).equals(wanted.truncatedTo(unit));
    }

    private static void assertRate(double floor, Predicate<Corpus.Row> asked, Predicate<Corpus.Row> right)
            throws IOException {
        List<Corpus.Row> rows = Corpus.rows().stream().filter(asked).toList();
        List<String> wrong = new ArrayList<>();
        for (Corpus.Row row : rows) {
            if (!right.test(row)) {
                wrong.add(row.text() + " -> "
                        + parse(row).map(TimeExpression::toString).orElse("nothing"));
            }
        }
        double rate = 1.0 - (double) wrong.size() / rows.size();
        assertTrue(!rows.isEmpty() && rate >= floor, () -> rate + " of " + rows.size() + " rows; wrong: " + wrong);
    }

    @Test
    void parse_seedSentences_areAllRight() throws IOException {
        List<Corpus.Row> seed = Corpus.rows().stream()
                .filter(row -> row.origin().equals("seed"))
                .toList();
        assertEquals(6, seed.size());
        assertRate(
                1.0,
                row -> row.origin().equals("seed"),
                row -> row.expected().has("set_zone") ? zoneIsRight(row) : startIsRight(row));
    }

    @Test
    void parse_russianSentences_haveTheRightStart() throws IOException {
        assertRate(
                1.0,
                row -> row.language().equals("ru") && row.expected().has("start"),
                DateGrammarCorpusTest::startIsRight);
    }

    @Test
    void parse_englishSentences_haveTheRightStart() throws IOException {
        assertRate(
                1.0,
                row -> row.language().equals("en") && row.expected().has("start"),
                DateGrammarCorpusTest::startIsRight);
    }

    @Test
    void parse_ranges_haveTheRightEnd() throws IOException {
        assertRate(
                1.0,
                row -> row.expected().has("end"),
                row -> parse(row)
                        .flatMap(TimeExpression::end)
                        .filter(end -> same(end, row.expected().get("end"), row.expected()))
                        .isPresent());
    }

    @Test
    void parse_recurringSentences_haveTheRightRule() throws IOException {
        assertRate(
                1.0,
                row -> row.expected().has("recurrence"),
                row -> parse(row)
                        .flatMap(TimeExpression::recurrence)
                        .filter(rule -> rule.rrule()
                                .equals(row.expected().get("recurrence").asText()))
                        .isPresent());
    }

    @Test
    void parse_sentences_leaveTheRightTitle() throws IOException {
        assertRate(
                1.0,
                row -> row.expected().has("title"),
                row -> parse(row)
                        .filter(found ->
                                found.title().equals(row.expected().get("title").asText()))
                        .isPresent());
    }

    @Test
    void parse_sentencesWithoutTime_areSilent() throws IOException {
        assertRate(
                1.0,
                row -> row.expected().isNull(),
                row -> parse(row).isEmpty()
                        && DateGrammar.standard().parseZone(row.text()).isEmpty());
    }

    @Test
    void parseZone_statements_areRightAndMakeNoReminder() throws IOException {
        assertRate(1.0, row -> row.expected().has("set_zone"), DateGrammarCorpusTest::zoneIsRight);
    }

    private static boolean zoneIsRight(Corpus.Row row) {
        Optional<ZoneId> zone = DateGrammar.standard().parseZone(row.text());
        return parse(row).isEmpty()
                && zone.map(ZoneId::getId)
                        .equals(Optional.of(row.expected().get("set_zone").asText()));
    }
}
