package io.arkestra.store.h2.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PositionalSqlTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SELECT 1                                            | 0
            SELECT * FROM "d" WHERE "a"=? AND "b" IN (?,?)      | 3
            INSERT INTO "what?" VALUES (?, 'why?', 'it''s ?')   | 1
            SELECT "odd""?" FROM "t" WHERE x=?                  | 1
            UPDATE "t" SET "a"=':name' WHERE "b"=?              | 1
            """)
    void parameters_questionMarks_countOutsideOfQuotes(String sql, int expected) {
        assertEquals(expected, PositionalSql.parameters(sql));
    }
}
