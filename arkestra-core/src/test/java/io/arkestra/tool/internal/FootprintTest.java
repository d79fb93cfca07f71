package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.tool.Target;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two ways to write one place must not let two calls change it at once. */
class FootprintTest {
    private static Footprint changing(String kind, String value) {
        return new Footprint(true, List.of(Target.changed(kind, value)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "path|/a/b.txt|/a/b.txt|true",
                "path|/a/b.txt|/a//b.txt|true",
                "path|/a/b.txt|/a/./b.txt|true",
                "path|/a/b.txt|/a/x/../b.txt|true",
                "path|/a/b.txt|/a/B.TXT|true",
                "path|/a/caf\u00e9.txt|/a/cafe\u0301.txt|true",
                "path|/a|/a/b.txt|true",
                "path|/a/|/a|true",
                "path|/|/a|true",
                "path|/a/b.txt|/a/c.txt|false",
                "path|/a|/ab|false",
                "recipient|Bob@example.org|bob@example.org|true",
                "domain|EXAMPLE.org|example.org.|true",
                "recipient|bob@example.org|ann@example.org|false",
            })
    void meets_onePlaceWrittenInTwoWays_true(String kind, String one, String other, boolean meets) {
        assertEquals(meets, changing(kind, one).meets(changing(kind, other)));
        assertEquals(meets, changing(kind, other).meets(changing(kind, one)));
    }
}
