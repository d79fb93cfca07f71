package io.arkestra.benchmarks.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.llm.repair.internal.JsonRepair;
import io.arkestra.llm.repair.internal.Repaired;
import io.arkestra.schema.internal.SchemaValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Makes the table of {@code docs/almost-json.md} and compares it with what is there. */
class AlmostJsonTest {
    private static final Path DOCUMENT = Path.of("../docs/almost-json.md");
    private static final String BEGIN = "<!-- made by AlmostJsonTest from here -->\n";
    private static final String REWRITE =
            "./mvnw -q -pl benchmarks -am -Dtest=AlmostJsonTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Darkestra.rewrite=true test";

    private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

    private final JsonRepair repair = new JsonRepair(SchemaValidator.create());
    private final List<Row> rows = DamagedAnswer.all().stream().map(this::row).toList();

    private record Row(DamagedAnswer answer, Verdict arkestra, List<Verdict> langChain4j) {
        Verdict column(int column) {
            return column == 0 ? arkestra : langChain4j.get(column - 1);
        }
    }

    private Row row(DamagedAnswer answer) {
        return new Row(
                answer,
                arkestra(answer),
                Arrays.stream(LangChain4jAnswers.SetUp.values())
                        .map(setUp -> LangChain4jAnswers.read(answer, setUp))
                        .toList());
    }

    private Verdict arkestra(DamagedAnswer answer) {
        Repaired repaired = repair.read(answer.raw(), answer.schema());
        if (repaired.document().isEmpty()) {
            return Verdict.refused(answer, "");
        }
        boolean right = repaired.document().equals(answer.expected());
        return Verdict.value(
                right,
                right
                        ? String.join(", ", repaired.steps())
                        : repaired.document().get().toString());
    }

    private long count(int column, Verdict.Kind kind) {
        return rows.stream().filter(row -> row.column(column).kind() == kind).count();
    }

    @Test
    void arkestra_ofEveryDamagedAnswer_isRight() {
        assertEquals(73, rows.size());
        assertEquals(
                List.of(),
                rows.stream()
                        .filter(row -> !row.arkestra().good())
                        .map(row -> row.answer().name() + ": " + cell(row.arkestra()))
                        .toList());
        assertEquals(0, count(0, Verdict.Kind.WRONG));
    }

    @Test
    void langChain4j_ofAnAnswerThatIsNotDamaged_isRight() {
        for (Row row : rows) {
            if (row.answer().name().startsWith("clean")) {
                assertEquals(
                        List.of(true, true, true),
                        row.langChain4j().stream().map(Verdict::good).toList(),
                        row.answer().name());
            }
        }
    }

    @Test
    void document_ofTheTable_isWhatTheTestMakes() throws IOException {
        String whole = Files.readString(DOCUMENT).replace("\r\n", "\n");
        int begin = whole.indexOf(BEGIN) + BEGIN.length();
        assertTrue(begin >= BEGIN.length(), "docs/almost-json.md has no line " + BEGIN);
        String made = totals() + "\n" + table();
        if (Boolean.getBoolean("arkestra.rewrite")) {
            Files.writeString(DOCUMENT, whole.substring(0, begin) + made);
            return;
        }
        assertEquals(made, whole.substring(begin), "docs/almost-json.md is out of date; write it anew with " + REWRITE);
    }

    private String totals() {
        StringBuilder text = new StringBuilder("""

                | Of %d answers | Arkestra | LangChain4j, plain | with schema | with schema and guardrail |
                |---|---:|---:|---:|---:|
                """.formatted(rows.size()));
        for (Verdict.Kind kind : Verdict.Kind.values()) {
            text.append("| ").append(kind.words());
            for (int column = 0; column < 4; column++) {
                text.append(" | ").append(count(column, kind));
            }
            text.append(" |\n");
        }
        return text.toString();
    }

    private String table() {
        String head = """
                | # | What is wrong | Asked for | What the model wrote | Arkestra | LangChain4j |
                |---:|---|---|---|---|---|
                """;
        return rows.stream()
                .map(row -> "| " + (rows.indexOf(row) + 1) + " | "
                        + row.answer().name() + " | "
                        + row.answer().schemaName() + " | " + code(row.answer().raw()) + " | " + cell(row.arkestra())
                        + " | " + langChain4j(row) + " |\n")
                .collect(Collectors.joining("", head, ""));
    }

    /** One verdict where all set-ups agree; the names of exceptions are told apart. */
    private static String langChain4j(Row row) {
        List<Verdict> verdicts = row.langChain4j();
        if (verdicts.stream().map(Verdict::kind).distinct().count() == 1) {
            return cell(
                    verdicts.get(0).kind(),
                    verdicts.stream().map(Verdict::detail).distinct().toList());
        }
        return Arrays.stream(LangChain4jAnswers.SetUp.values())
                .map(setUp -> setUp.words() + " " + cell(verdicts.get(setUp.ordinal())))
                .collect(Collectors.joining("; "));
    }

    private static String cell(Verdict verdict) {
        return cell(verdict.kind(), List.of(verdict.detail()));
    }

    private static String cell(Verdict.Kind kind, List<String> details) {
        String shown = details.stream()
                .filter(detail -> !detail.isEmpty())
                .map(AlmostJsonTest::code)
                .collect(Collectors.joining(" / "));
        return shown.isEmpty() ? kind.words() : kind.words() + ": " + shown;
    }

    /** As code on one line, with what cannot be seen or would end the cell made visible. */
    private static String code(String text) {
        if (text.isEmpty()) {
            return "(nothing)";
        }
        String shown = LONE_SURROGATE
                .matcher(text)
                .replaceAll("(half a character)")
                .replace("\n", "↵")
                .replace("\t", "⇥")
                .replace("\uFEFF", "(BOM)")
                .replace("|", "\\|");
        String quotes = shown.contains("`") ? "````" : "`";
        String blank = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
        return quotes + blank + shown + blank + quotes;
    }
}
