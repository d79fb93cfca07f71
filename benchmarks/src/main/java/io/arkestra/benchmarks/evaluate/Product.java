package io.arkestra.benchmarks.evaluate;

import io.arkestra.Arkestra;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.Message;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The engine as a host gets it: takes a data set in and answers its queries. */
final class Product implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int PAGE = 1_000;

    private final Arkestra arkestra;
    private final boolean conversation;
    private final Map<String, String> itemOfMessage = new HashMap<>();

    Product(Configuration configuration, Optional<Path> home, Optional<Path> weights, boolean conversation) {
        this.conversation = conversation;
        var builder = Arkestra.builder().memory(memory -> {
            configuration.memory().accept(memory);
            weights.ifPresent(
                    file -> memory.option("recallWeights", file.toAbsolutePath().toString()));
        });
        home.ifPresent(builder::home);
        this.arkestra = builder.build();
    }

    Arkestra arkestra() {
        return arkestra;
    }

    /** Takes everything in, waits until it is embedded. A home that has it already keeps it once. */
    void ingest(DataSet data, Progress progress) {
        int done = 0;
        for (Map.Entry<String, List<DataSet.Item>> user : data.byUser().entrySet()) {
            Scope scope = scope(user.getKey());
            // A text without words cannot be found by anybody; it stays in the figures.
            List<DataSet.Item> items = user.getValue().stream()
                    .filter(item -> !item.text().isBlank())
                    .toList();
            if (conversation) {
                for (int from = 0; from < items.size(); from += BATCH) {
                    List<DataSet.Item> batch = items.subList(from, Math.min(items.size(), from + BATCH));
                    arkestra.memory()
                            .record(scope, batch.stream().map(Product::draft).toList());
                    done += batch.size();
                    progress.at("taking in", done, data.items().size());
                }
                index(scope, items);
                forget(scope, items);
            } else {
                for (DataSet.Item item : items) {
                    arkestra.memory()
                            .documents()
                            .add(
                                    scope,
                                    DocumentDraft.of(item.id(), "", item.text()).at(item.at()));
                    progress.at("taking in", ++done, data.items().size());
                }
            }
        }
        arkestra.memory().refresh();
    }

    /** What the data set says the user asked to forget. */
    private void forget(Scope scope, List<DataSet.Item> items) {
        Set<String> forgotten = new LinkedHashSet<>();
        items.stream().filter(DataSet.Item::forgotten).forEach(item -> forgotten.add(item.id()));
        itemOfMessage.forEach((message, item) -> {
            if (forgotten.contains(item)) {
                arkestra.memory().forgetMessage(scope, message.substring(message.lastIndexOf(' ') + 1));
            }
        });
    }

    private static Scope scope(String user) {
        return Scope.of(UserId.of(user));
    }

    private static MessageDraft draft(DataSet.Item item) {
        return MessageDraft.of(session(item), item.origin(), item.speaker().orElse("user"), item.text(), item.at())
                .id(item.id());
    }

    /** A text outside a conversation is one of its own. */
    private static SessionId session(DataSet.Item item) {
        return SessionId.of(item.session().orElse("doc-" + item.id()).replace('/', ':'));
    }

    private record Said(String session, Instant at, String text) {}

    /** Which message came from which item: the log gives messages ids of its own. */
    private void index(Scope scope, List<DataSet.Item> items) {
        Map<Said, String> known = new HashMap<>();
        for (DataSet.Item item : items) {
            known.put(new Said(session(item).value(), item.at(), item.text()), item.id());
        }
        Instant from = Instant.EPOCH.minusSeconds(1);
        while (true) {
            List<Message> page = arkestra.memory().messages(scope, from, Instant.MAX, PAGE);
            for (Message message : page) {
                String item = known.get(new Said(message.session().value(), message.at(), message.text()));
                if (item != null) {
                    itemOfMessage.put(scope.user() + " " + message.id(), item);
                }
            }
            if (page.size() < PAGE) {
                return;
            }
            from = page.get(page.size() - 1).at();
        }
    }

    /** Ids of items, best first. A memory stands for the message that it was taken from. */
    List<String> rank(DataSet.Query query) {
        List<String> ranked = new ArrayList<>(items(query, recall(query, 10)));
        return ranked;
    }

    Recall recall(DataSet.Query query, int limit) {
        RecallQuery asked = RecallQuery.about(query.text()).limit(limit).tokenBudget(1_000_000);
        if (query.at().isPresent()) {
            asked = asked.askedAt(query.at().get());
        }
        return conversation
                ? arkestra.memory().recall(scope(query.user()), asked)
                : arkestra.memory().documents().search(scope(query.user()), asked, Map.of());
    }

    Set<String> items(DataSet.Query query, Recall recall) {
        Set<String> ids = new LinkedHashSet<>();
        for (Passage passage : recall.passages()) {
            item(query, passage).ifPresent(ids::add);
        }
        return ids;
    }

    Optional<String> item(DataSet.Query query, Passage passage) {
        if (passage.kind() == Passage.Kind.DOCUMENT) {
            return passage.source();
        }
        String message = passage.kind() == Passage.Kind.MESSAGE
                ? passage.id()
                : passage.source().orElse("");
        return Optional.ofNullable(itemOfMessage.get(query.user() + " " + message));
    }

    @Override
    public void close() {
        arkestra.close();
    }
}
