package io.arkestra.schedule.grammar.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/** The project's own reminder sentences with what they mean. */
final class Corpus {
    private Corpus() {}

    /** A sentence; {@code expected} is JSON null when it says nothing about time. */
    record Row(String id, String origin, String language, String text, ZonedDateTime reference, JsonNode expected) {}

    static List<Row> rows() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<Row> rows = new ArrayList<>();
        try (InputStream stream = Corpus.class.getResourceAsStream("/datetime/reminders.jsonl")) {
            BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode row = mapper.readTree(line);
                ZoneId zone = ZoneId.of(row.get("zone").asText());
                rows.add(new Row(
                        row.get("id").asText(),
                        row.get("origin").asText(),
                        row.get("lang").asText(),
                        row.get("text").asText(),
                        LocalDateTime.parse(row.get("reference_time").asText()).atZone(zone),
                        row.get("expected")));
            }
        }
        return rows;
    }
}
