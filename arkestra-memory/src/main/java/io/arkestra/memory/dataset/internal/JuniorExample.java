package io.arkestra.memory.dataset.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.record.internal.NormalText;

/** A message and what the junior decided about it, as one line of instruction, input and output. */
final class JuniorExample {
    private static final String INSTRUCTION =
            "Sort the user's message for a personal assistant. The first line of the input is the situation,"
                    + " the rest is the message. Write the report as one JSON object and nothing else.";

    private JuniorExample() {}

    /** What makes two messages the same: two reports on one would teach a contradiction. */
    static String key(Exchange exchange, Masking masking) {
        return NormalText.of(masking.text(exchange.asked().text()));
    }

    static Json line(Exchange exchange, Json report, Masking masking) {
        return Json.object()
                .put("instruction", INSTRUCTION)
                .put(
                        "input",
                        exchange.env() + "\n" + masking.text(exchange.asked().text()))
                .put("output", masking.json(report).toString())
                .build();
    }
}
