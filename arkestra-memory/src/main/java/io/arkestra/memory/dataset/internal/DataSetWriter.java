package io.arkestra.memory.dataset.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Message;
import io.arkestra.memory.TurnRecords;
import io.arkestra.memory.record.internal.NormalText;
import io.arkestra.memory.session.internal.SessionMark;
import io.arkestra.memory.session.internal.Transcript;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.tool.ToolCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes the four files of a data set and its manifest from what the store holds of the given users. The same store gives the same
 * bytes: conversations come in the order of a hash, which also decides their side of the split and tells nothing of whose they are.
 * Used once, by one thread.
 */
final class DataSetWriter {
    static final String MANIFEST = "manifest.json";

    /** Version of the form of the files. */
    private static final int SCHEMA = 2;

    private static final int VALIDATION_PERCENT = 10;
    private static final int MOST_TURNS = 16;
    private static final int MOST_MESSAGES = 5_000;

    private final DocStore store;
    private final Masking masking;
    private final TurnRecords records;
    private final ToolCatalogue tools;
    private final Consumer<String> warnings;
    private final Runnable checkpoint;

    private final Set<String> answered = new HashSet<>();
    private final Set<String> sorted = new HashSet<>();
    private final TreeMap<String, Long> leftOut = new TreeMap<>();

    /** @param checkpoint called between two conversations; leaves the work by an exception */
    DataSetWriter(
            DocStore store,
            Masking masking,
            TurnRecords records,
            ToolCatalogue tools,
            Consumer<String> warnings,
            Runnable checkpoint) {
        this.store = store;
        this.masking = masking;
        this.records = records;
        this.tools = tools;
        this.warnings = warnings;
        this.checkpoint = checkpoint;
    }

    private record Conversation(String key, Owner owner, String session) {
        boolean isForValidation() {
            return Long.parseLong(key.substring(0, 8), 16) % 100 < VALIDATION_PERCENT;
        }
    }

    private record Side(LineFile senior, LineFile junior) {}

    /** Writes everything beside its place first. Returns how many lines there are. */
    long write(Path directory, Set<UserId> users, Instant now) throws IOException {
        Files.createDirectories(directory);
        List<Conversation> conversations = conversations(users);
        try (LineFile seniorTrain = new LineFile(directory.resolve("senior-train.jsonl"));
                LineFile seniorValidation = new LineFile(directory.resolve("senior-validation.jsonl"));
                LineFile juniorTrain = new LineFile(directory.resolve("junior-train.jsonl"));
                LineFile juniorValidation = new LineFile(directory.resolve("junior-validation.jsonl"))) {
            Side train = new Side(seniorTrain, juniorTrain);
            Side validation = new Side(seniorValidation, juniorValidation);
            for (Conversation conversation : conversations) {
                checkpoint.run();
                write(conversation, conversation.isForValidation() ? validation : train);
            }
            List<LineFile> files = List.of(juniorTrain, juniorValidation, seniorTrain, seniorValidation);
            List<Json> described = new ArrayList<>();
            for (LineFile file : files) {
                described.add(file.put());
            }
            manifest(directory, conversations.size(), described, now);
            return files.stream().mapToLong(LineFile::lines).sum();
        }
    }

    /** Those that have ended, in the order of a hash. */
    private List<Conversation> conversations(Set<UserId> users) {
        List<Conversation> found = new ArrayList<>();
        for (UserId user : users) {
            Owner owner = Owner.of(user);
            DocQuery query = DocQuery.where(Filter.gt("day", ""))
                    .ascending("day")
                    .ascending("last_at")
                    .limit(1_000);
            while (true) {
                DocQuery next = query;
                DocPage page = store.inTransaction(tx -> tx.find(SessionMark.COLLECTION, owner, next));
                for (Doc doc : page.docs()) {
                    String key = HexFormat.of().formatHex(NormalText.sha256(user.value() + "\n" + doc.id()));
                    found.add(new Conversation(key, owner, doc.id()));
                }
                if (page.next().isEmpty()) {
                    break;
                }
                query = query.after(page.next().get());
            }
        }
        found.sort(Comparator.comparing(Conversation::key));
        return found;
    }

    private void write(Conversation conversation, Side side) throws IOException {
        record Read(List<Exchange> exchanges, Set<TurnId> disliked) {}
        Read read = store.inTransaction(tx -> {
            List<Message> messages =
                    Transcript.newest(tx, conversation.owner(), conversation.session(), MOST_MESSAGES, warnings);
            List<Exchange> exchanges = Exchange.of(messages);
            return new Read(exchanges, disliked(tx, conversation.owner(), exchanges));
        });
        SeniorExample example = new SeniorExample(masking, tools);
        for (Exchange exchange : read.exchanges()) {
            boolean liked = !read.disliked().contains(exchange.asked().turn());
            boolean taken = liked ? isForSenior(exchange) : leftOut("disliked");
            if (taken) {
                example.add(exchange);
            }
            // Where a turn is missing the conversation goes on in another line.
            if (!taken || example.turns() == MOST_TURNS) {
                end(example, side);
                example = new SeniorExample(masking, tools);
            }
            if (liked && !exchange.isCutOff() && !exchange.asked().text().isBlank()) {
                report(exchange, side);
            }
        }
        end(example, side);
    }

    private Set<TurnId> disliked(DocTransaction tx, Owner owner, List<Exchange> exchanges) {
        UserId user = owner.user().orElseThrow();
        Set<TurnId> disliked = new HashSet<>();
        for (Exchange exchange : exchanges) {
            TurnId turn = exchange.asked().turn();
            if (records.isDisliked(tx, user, turn)) {
                disliked.add(turn);
            }
        }
        return disliked;
    }

    private boolean isForSenior(Exchange exchange) {
        if (!exchange.isExample() || !SeniorExample.isKnown(exchange, tools)) {
            return leftOut("unfit");
        }
        return answered.add(hash(SeniorExample.key(exchange, masking))) || leftOut("repeated");
    }

    private void report(Exchange exchange, Side side) throws IOException {
        Optional<Json> report = exchange.report();
        if (report.isPresent() && sorted.add(hash(JuniorExample.key(exchange, masking)))) {
            side.junior().add(JuniorExample.line(exchange, report.get(), masking));
        }
    }

    private boolean leftOut(String why) {
        leftOut.merge(why, 1L, Long::sum);
        return false;
    }

    private static void end(SeniorExample example, Side side) throws IOException {
        Optional<Json> line = example.line();
        if (line.isPresent()) {
            side.senior().add(line.get());
        }
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(NormalText.sha256(text), 0, 16);
    }

    /** Says what there is and how it came to be. Its time is that of the last change. */
    private void manifest(Path directory, int conversations, List<Json> files, Instant now) throws IOException {
        Json.ObjectBuilder left = Json.object();
        leftOut.forEach(left::put);
        Json manifest = Json.object()
                .put("schema", SCHEMA)
                .put("guard", masking.version())
                .put(
                        "config",
                        Json.object()
                                .put("validationPercent", VALIDATION_PERCENT)
                                .put("splitBy", "conversation")
                                .put("mostTurnsPerLine", MOST_TURNS)
                                .put("maskedAsFor", "a model elsewhere")
                                .build())
                .put(
                        "counts",
                        Json.object()
                                .put("conversations", conversations)
                                .put("turnsForSenior", answered.size())
                                .put("messagesForJunior", sorted.size())
                                .put("turnsLeftOut", left.build())
                                .build())
                .put("files", Json.array(files))
                .build();
        Path place = directory.resolve(MANIFEST);
        if (Files.exists(place) && unchanged(place, manifest)) {
            return;
        }
        Path fresh = directory.resolve(MANIFEST + ".tmp");
        Files.writeString(
                fresh, manifest.with("created", Json.of(now.toString())).pretty() + "\n");
        Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean unchanged(Path place, Json manifest) throws IOException {
        try {
            return Json.parse(Files.readString(place)).without("created").equals(manifest);
        } catch (InvalidInputException e) {
            return false; // somebody else wrote there
        }
    }
}
