package io.arkestra.schema.internal;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The official JSON Schema Test Suite, mandatory tests, through our port; remote documents come from the suite's own directory. */
class JsonSchemaSuiteTest {
    private static final String REMOTE_BASE = "http://localhost:1234/";

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "draft2020-12, https://json-schema.org/draft/2020-12/schema, 1261",
        "draft7, http://json-schema.org/draft-07/schema#, 913"
    })
    void validate_officialSuite_everyMandatoryTestPasses(String draft, String dialect, int expected)
            throws IOException, URISyntaxException {
        Path suite = Path.of(Objects.requireNonNull(getClass().getResource("/json-schema-suite"))
                .toURI());
        SchemaValidator validator = new OfflineSchemaValidator(uri -> remote(suite, uri, dialect));
        List<String> failures = new ArrayList<>();
        int passed = 0;

        for (Path file : files(suite.resolve("tests").resolve(draft))) {
            for (Json group : read(file).items()) {
                for (Json test : group.list("tests")) {
                    String name =
                            file.getFileName() + ": " + group.text("description") + ": " + test.text("description");
                    Optional<String> failure = failure(validator, withDialect(member(group, "schema"), dialect), test);
                    if (failure.isEmpty()) {
                        passed++;
                    } else {
                        failures.add(name + ": " + failure.get());
                    }
                }
            }
        }

        int total = passed + failures.size();
        System.out.println("JSON Schema Test Suite, " + draft + ", mandatory: " + passed + " of " + total + " pass");
        int passes = passed;
        assertAll(
                () -> assertEquals(List.of(), failures),
                () -> assertEquals(expected, passes, "number of passed tests"));
    }

    private static Optional<String> failure(SchemaValidator validator, Json schema, Json test) {
        boolean expected = test.bool("valid").orElseThrow();
        try {
            List<SchemaProblem> problems = validator.compile(schema).validate(member(test, "data"));
            return problems.isEmpty() == expected
                    ? Optional.empty()
                    : Optional.of("expected valid=" + expected + ", found " + problems);
        } catch (ArkestraException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Json member(Json object, String key) {
        return object.get(key).orElseThrow();
    }

    private static Json withDialect(Json schema, String dialect) {
        return schema.isObject() && !schema.has("$schema") ? schema.with("$schema", Json.of(dialect)) : schema;
    }

    private static Optional<Json> remote(Path suite, String uri, String dialect) {
        Path file = suite.resolve("remotes");
        if (uri.startsWith(REMOTE_BASE)) {
            file = file.resolve(uri.substring(REMOTE_BASE.length()));
        }
        return Files.isRegularFile(file) ? Optional.of(withDialect(read(file), dialect)) : Optional.empty();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static Json read(Path file) {
        try {
            return Json.parse(Files.readString(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
