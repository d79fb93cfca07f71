package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.memory.Origin;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a directory holds: {@code corpus.jsonl}, {@code queries.jsonl} and {@code qrels.jsonl}.
 *
 * @param name of the directory
 * @param items in the order of the file
 * @param queries those with at least one relevant item
 */
record DataSet(String name, List<Item> items, List<Query> queries) {
    /** A text that may be found. Times without a zone are UTC; the role {@code assistant} is told from people's by {@code role}. */
    record Item(
            String id,
            String text,
            String user,
            Optional<String> session,
            Optional<String> speaker,
            Origin origin,
            boolean forgotten,
            Instant at) {
        /** What simple systems index. */
        String line() {
            return speaker.map(name -> name + ": " + text).orElse(text);
        }
    }

    /** A question with the ids of what answers it. */
    record Query(String id, String text, String user, String category, Optional<Instant> at, Set<String> relevant) {}

    private interface Line {
        void take(Json line);
    }

    static DataSet load(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new EvaluationException("--data: " + directory
                    + " is not a directory; expected one with corpus.jsonl," + " queries.jsonl and qrels.jsonl");
        }
        Map<String, Item> items = new LinkedHashMap<>();
        read(directory.resolve("corpus.jsonl"), line -> {
            Item item = item(line, items.size());
            if (items.put(item.id(), item) != null) {
                throw new EvaluationException("the id '" + item.id() + "' is there twice");
            }
        });
        Map<String, Set<String>> relevant = new HashMap<>();
        read(directory.resolve("qrels.jsonl"), line -> {
            String doc = line.text("doc");
            if (!items.containsKey(doc)) {
                throw new EvaluationException("the document '" + doc + "' is not in corpus.jsonl");
            }
            relevant.computeIfAbsent(line.text("query"), query -> new LinkedHashSet<>())
                    .add(doc);
        });
        List<Query> queries = new ArrayList<>();
        read(directory.resolve("queries.jsonl"), line -> {
            Set<String> gold = relevant.getOrDefault(line.text("id"), Set.of());
            if (!gold.isEmpty()) {
                queries.add(new Query(
                        line.text("id"),
                        line.text("text"),
                        line.text("user"),
                        line.string("category").orElse("all"),
                        line.string("timestamp").map(DataSet::instant),
                        Set.copyOf(gold)));
            }
        });
        if (items.isEmpty() || queries.isEmpty()) {
            throw new EvaluationException(directory + " has " + items.size() + " items and " + queries.size()
                    + " queries with a relevant item; expected at least one of each");
        }
        return new DataSet(
                directory.toAbsolutePath().normalize().getFileName().toString(), List.copyOf(items.values()), queries);
    }

    private static Item item(Json line, int number) {
        String text = line.text("text").replace("\uFEFF", "");
        Optional<String> caption = line.string("caption").filter(words -> !words.isBlank());
        return new Item(
                line.text("id"),
                caption.map(words -> text + " [photo: " + words + "]").orElse(text),
                line.text("user"),
                line.string("session"),
                line.string("speaker"),
                origin(line.string("role").orElse("user")),
                line.bool("forgotten").orElse(false),
                line.string("timestamp").map(DataSet::instant).orElse(Instant.EPOCH.plusSeconds(number)));
    }

    private static Origin origin(String role) {
        try {
            return Origin.valueOf(role.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new EvaluationException("the role '" + role + "' is none; expected one of "
                    + Arrays.toString(Origin.values()).toLowerCase(Locale.ROOT));
        }
    }

    private static Instant instant(String text) {
        try {
            return text.endsWith("Z") || text.lastIndexOf('+') > 0
                    ? java.time.OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new EvaluationException(
                    "the timestamp '" + text + "' is none; expected one like 2023-05-08T13:56:00, in UTC");
        }
    }

    private static void read(Path file, Line taker) {
        if (!Files.isRegularFile(file)) {
            throw new EvaluationException("There is no file " + file + "; a data set has corpus.jsonl {id,text,user,"
                    + "timestamp,session,speaker,caption}, queries.jsonl {id,text,user,category,timestamp} and"
                    + " qrels.jsonl {query,doc}");
        }
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    taker.take(Json.parse(line));
                }
            }
        } catch (IOException e) {
            throw new EvaluationException(file + ", line " + (number + 1) + " cannot be read: " + e.getMessage());
        } catch (ArkestraException | EvaluationException e) {
            throw new EvaluationException(file + ", line " + number + ": " + e.getMessage());
        }
    }

    /** Items by user, in order of time within the file's order. */
    Map<String, List<Item>> byUser() {
        Map<String, List<Item>> users = new LinkedHashMap<>();
        items.forEach(item ->
                users.computeIfAbsent(item.user(), user -> new ArrayList<>()).add(item));
        return users;
    }

    /** Whether it is a log of conversations: every item says who spoke in which session. */
    boolean isConversation() {
        return items.stream()
                .allMatch(item -> item.session().isPresent() && item.speaker().isPresent());
    }

    /** Whether most letters of the first texts are Cyrillic. */
    boolean isRussian() {
        long cyrillic = 0;
        long latin = 0;
        for (Item item : items.subList(0, Math.min(items.size(), 200))) {
            cyrillic +=
                    item.text().chars().filter(c -> c >= 0x400 && c <= 0x4FF).count();
            latin += item.text().chars().filter(c -> c >= 'A' && c <= 'z').count();
        }
        return cyrillic > latin;
    }
}
