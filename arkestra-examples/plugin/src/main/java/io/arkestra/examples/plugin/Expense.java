package io.arkestra.examples.plugin;

import io.arkestra.tool.Argument;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model has to say to put an expense down: the schema that it sees is made from this record.
 *
 * @param amount what it cost
 * @param currency in which money
 * @param what what it was
 * @param on the day; today when left out
 */
record Expense(
        @Argument(value = "What it cost", min = 0.01, max = 1_000_000)
        BigDecimal amount,

        Currency currency,

        @Argument(value = "What it was, in the user's words", min = 1, max = 200)
        String what,

        @Argument("The day, for example 2026-11-21; today when left out")
        Optional<LocalDate> on) {
    enum Currency {
        EUR,
        RUB,
        USD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Expense {
        if (amount.scale() > 2) {
            // What a schema cannot say well; the message goes to the model, which can then do better.
            throw new IllegalArgumentException("'amount' is " + amount + "; give at most two digits after the point");
        }
    }
}
