package io.arkestra.audit.internal;

import io.arkestra.audit.Audit;
import io.arkestra.audit.AuditEntry;
import io.arkestra.audit.AuditQuery;
import io.arkestra.audit.AuditReport;
import io.arkestra.audit.AuditSink;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.common.WellFormed;
import io.arkestra.store.DocStore;
import io.arkestra.store.StoreException;
import io.arkestra.tool.internal.CallLedger;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit of an engine: {@code audit/audit.jsonl} in its home, a checkpoint in {@code audit/checkpoints.jsonl} every 1,000 entries, every ten
 * minutes, and at the end. An entry survives the end of the process once {@link #record} has returned, and the loss of power once it is
 * checkpointed. Thread-safe.
 */
public final class AuditLog implements Audit, CallLedger, AutoCloseable {
    /** How long entries go unsigned at most, as long as somebody calls {@link #checkpoint}. */
    public static final Duration CHECKPOINT_AFTER = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
    private static final String DIRECTORY = "audit";
    private static final String ENTRIES = "audit.jsonl";
    private static final String CHECKPOINTS = "checkpoints.jsonl";
    private static final int CHECKPOINT_EVERY = 1_000;
    private static final int LONGEST = 200;
    /** Why documents cannot be asked though nothing is wrong with them. */
    private static final Set<String> NOT_TELLING =
            Set.of("store.in-use", "store.absent", "store.key-missing", "store.unsupported");

    private final AuditPeople people;
    private final AuditHead head;
    private final AuditLines entries;
    private final AuditLines checkpoints;
    private final KeyPair key;
    private final List<AuditSink> sinks;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private long count;
    private String last = AuditLine.START;
    private long signed;
    private String signedHash = AuditLine.START;
    /** Whether this process signed: of what another signed the hash is not at hand. */
    private boolean signedHere;
    /** What is kept apart from the files: how long the audit was when that was last written. */
    private Optional<Checkpoint> kept;

    /** How long audits were that other keys signed. */
    private final List<Checkpoint> others;

    private Instant signedAt;
    /** Whether the files are shorter than they were: that is never forgotten by what comes after. */
    private boolean cut;

    private boolean closed;

    private AuditLog(
            DocStore store,
            AuditLines entries,
            AuditLines checkpoints,
            KeyPair key,
            List<AuditSink> sinks,
            Clock clock) {
        this.people = new AuditPeople(store);
        this.head = new AuditHead(store, key.getPublic());
        AuditHead.Known known = head.read();
        this.kept = known.own();
        this.others = known.others();
        this.entries = entries;
        this.checkpoints = checkpoints;
        this.key = key;
        this.sinks = List.copyOf(sinks);
        this.clock = clock;
        this.signedAt = clock.instant();
        goOn();
    }

    /**
     * Opens the audit of a home; without one it is kept as long as the process lives.
     *
     * @param given the key pair to sign with; null for the one in the home, which is made at the first use
     * @throws ConfigException when the key cannot be used
     * @throws ArkestraException when a file cannot be used
     */
    public static AuditLog open(
            @Nullable Path home, DocStore store, @Nullable KeyPair given, List<AuditSink> sinks, Clock clock) {
        if (home == null) {
            KeyPair key = given == null ? AuditKeys.fresh() : given;
            return new AuditLog(store, AuditLines.inMemory(), AuditLines.inMemory(), key, sinks, clock);
        }
        Path directory = home.resolve(DIRECTORY);
        try {
            Files.createDirectories(directory);
            withoutTornEnd(directory.resolve(CHECKPOINTS));
        } catch (IOException e) {
            throw new ArkestraException("audit.file", "The audit " + directory + " cannot be used: " + e, e);
        }
        KeyPair key = given == null ? AuditKeys.in(directory) : given;
        AuditLines entries = AuditLines.in(directory.resolve(ENTRIES));
        try {
            AuditLines checkpoints = AuditLines.in(directory.resolve(CHECKPOINTS));
            return new AuditLog(store, entries, checkpoints, key, sinks, clock);
        } catch (RuntimeException e) {
            entries.close();
            throw e;
        }
    }

    /** Goes on with these lines. */
    static AuditLog over(DocStore store, AuditLines entries, AuditLines checkpoints, KeyPair key, Clock clock) {
        return new AuditLog(store, entries, checkpoints, key, List.of(), clock);
    }

    /**
     * Verifies the audit of a home that no engine needs to have open.
     *
     * @param given the public key that signed; null for the one in the home
     * @throws ConfigException when there is no audit or no key
     */
    public static AuditReport verify(Path home, @Nullable PublicKey given) {
        return verify(home, given, null);
    }

    /**
     * Verifies the audit of a home that no engine needs to have open.
     *
     * @param given the public key that signed; null for the one in the home
     * @param documents of the home, which know how long the audit was; null for the files alone
     * @throws ConfigException when there is no audit or no key
     * @throws StoreException when the documents are not as they were left, so that nothing they tell can be believed
     */
    public static AuditReport verify(Path home, @Nullable PublicKey given, @Nullable AuditDocuments documents) {
        Path directory = home.resolve(DIRECTORY);
        if (!Files.isRegularFile(directory.resolve(ENTRIES))) {
            throw new ConfigException("There is no audit in " + directory + "; expected " + ENTRIES);
        }
        PublicKey key = given == null ? AuditKeys.readPublic(directory.resolve(AuditKeys.PUBLIC)) : given;
        Verification verification = new Verification(ENTRIES, CHECKPOINTS, key);
        // First, because whoever adds to the audit meanwhile does that to the files before the documents.
        AuditHead.Known known = documents == null ? AuditHead.Known.NOTHING : known(documents, key, verification);
        AuditLines.read(directory.resolve(CHECKPOINTS), verification::checkpoint);
        verification.known(known);
        AuditLines.read(directory.resolve(ENTRIES), verification::entry);
        return verification.end();
    }

    private static AuditHead.Known known(AuditDocuments documents, PublicKey key, Verification verification) {
        try {
            AuditHead.Known known = AuditHead.read(documents, key);
            if (known.own().filter(own -> own.count() > 0).isEmpty()) {
                verification.remark(
                        "the documents of the home do not say how long this audit was: that entries and checkpoints"
                                + " were both cut back to an earlier checkpoint would not be seen");
            }
            return known;
        } catch (StoreException e) {
            if (!NOT_TELLING.contains(e.code())) {
                throw e;
            }
            verification.remark(
                    "the documents of the home could not be asked how long this audit was, so that entries and"
                            + " checkpoints were both cut back to an earlier checkpoint would not be seen: "
                            + e.getMessage());
            return AuditHead.Known.NOTHING;
        }
    }

    /** A checkpoint without its end was never given to anybody. */
    private static void withoutTornEnd(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        long whole = AuditLines.lengthOfWholeLines(file);
        if (whole < Files.size(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole);
            }
        }
    }

    /** Finds the end of what earlier processes wrote. */
    private void goOn() {
        String[] torn = {""};
        boolean[] ended = {true};
        boolean[] whole = {kept.isEmpty() || kept.get().count() == 0};
        boolean[] begun = {false};
        entries.read((text, ends) -> {
            begun[0] = true;
            // One that only lacks its end is an entry as soon as it has it.
            Optional<AuditLine> line =
                    AuditLine.read(text).filter(read -> ends || (isNext(read.entry()) && read.follows(last)));
            line.ifPresent(read -> {
                count = read.entry().number();
                last = read.entry().hash();
                whole[0] |= kept.filter(
                                one -> one.count() == count && one.hash().equals(last))
                        .isPresent();
            });
            torn[0] = line.isPresent() ? "" : text;
            ended[0] = ends;
        });
        checkpoints.read((text, ends) -> Checkpoint.read(text).ifPresent(read -> signed = read.count()));
        cut = !whole[0] || (kept.isEmpty() && !others.isEmpty() && (begun[0] || signed > 0));
        if (kept.isEmpty() && !begun[0] && !cut) {
            begin();
        }
        if (!whole[0]) {
            log.error(
                    "The audit had {} entries, and those are not the ones in its file: its end was cut off. Verify it",
                    kept.get().count());
        }
        if (cut && whole[0]) {
            log.error(
                    "The documents know an audit that was signed by another key, and not the one in its file. Verify it");
        }
        if (signed > count) {
            log.error(
                    "The audit was signed for {} entries and has only {}: its end was cut off. Verify it",
                    signed,
                    count);
        }
        // A line that has its end was written whole: what is wrong with it then, somebody did, and it stays wrong.
        if (ended[0]) {
            return;
        }
        String why = torn[0].isEmpty() ? "ended" : "marked";
        Json detail = torn[0].isEmpty()
                ? Json.emptyObject()
                : Json.object()
                        .put("digest", AuditLine.digest(torn[0]))
                        .put("characters", torn[0].length())
                        .build();
        add(entries::appendAfterEnd, Verification.TORN, AuditEntry.SYSTEM, "system", "line", why, List.of(), detail);
    }

    /**
     * Tells the documents of this audit before it has an entry: one with entries that they do not know, beside another that they do, was
     * put in from elsewhere.
     */
    private void begin() {
        head.begin();
        kept = Optional.of(new Checkpoint(0, AuditLine.START, "", new byte[0]));
    }

    private boolean isNext(AuditEntry entry) {
        return entry.number() == count + 1;
    }

    @Override
    public void record(String kind, Scope scope, String subject, String outcome, List<String> rules, Json detail) {
        AuditPeople.Pseudonym person = people.of(scope.user());
        Principal by = scope.principal();
        lock.lock();
        try {
            add(
                    kind,
                    person.id(),
                    by.kind().name().toLowerCase(Locale.ROOT),
                    subject,
                    outcome,
                    rules,
                    person.keyed(detail));
        } finally {
            lock.unlock();
        }
        keep();
    }

    /** Takes down something that no user did, for example that rules were read again. */
    @Override
    public void recordSystem(String kind, String subject, String outcome, List<String> rules, Json detail) {
        lock.lock();
        try {
            add(kind, AuditEntry.SYSTEM, "system", subject, outcome, rules, detail);
        } finally {
            lock.unlock();
        }
        keep();
    }

    private void add(
            String kind, String person, String by, String subject, String outcome, List<String> rules, Json detail) {
        add(entries::append, kind, person, by, subject, outcome, rules, detail);
    }

    private void add(
            Consumer<String> written,
            String kind,
            String person,
            String by,
            String subject,
            String outcome,
            List<String> rules,
            Json detail) {
        if (closed) {
            throw new ArkestraException("audit.closed", "The audit is closed; nothing can be taken down any more");
        }
        Instant now = clock.instant();
        AuditEntry entry = new AuditEntry(
                count + 1,
                now,
                kind,
                person,
                by,
                cut(subject),
                cut(outcome),
                rules.stream().map(AuditLog::cut).toList(),
                detail,
                "");
        String line = AuditLine.write(last, entry);
        written.accept(line);
        count++;
        last = line.substring(line.length() - 66, line.length() - 2);
        tell(sink -> sink.entry(line));
        if (count - signed >= CHECKPOINT_EVERY
                || !signedAt.plus(CHECKPOINT_AFTER).isAfter(now)
                || signedAt.isAfter(now)) { // a clock that was set back must not keep entries unsigned
            sign();
        }
    }

    private static String cut(String text) {
        String whole = WellFormed.text(text);
        return whole.length() <= LONGEST ? whole : WellFormed.text(whole.substring(0, LONGEST));
    }

    @Override
    public void checkpoint() {
        lock.lock();
        try {
            if (count > signed && !closed) {
                sign();
            }
        } finally {
            lock.unlock();
        }
        keep();
    }

    /** Keeps apart from the files what was signed. What was cut off stays on record instead. */
    private void keep() {
        long signedCount;
        String hash;
        lock.lock();
        try {
            if (cut
                    || closed
                    || signed == 0
                    || !signedHere
                    || kept.map(Checkpoint::count)
                            .filter(known -> known >= signed)
                            .isPresent()) {
                return;
            }
            signedCount = signed;
            hash = signedHash;
            kept = Optional.of(new Checkpoint(signedCount, hash, "", new byte[0]));
        } finally {
            lock.unlock();
        }
        try {
            head.keep(signedCount, hash);
        } catch (RuntimeException e) { // the files hold what matters; the next time says more
            log.warn("How long the audit is could not be kept apart from its files", e);
        }
    }

    private void sign() {
        entries.force();
        Instant now = clock.instant();
        String line = Checkpoint.write(count, last, now, key.getPrivate());
        checkpoints.append(line);
        checkpoints.force();
        signed = count;
        signedHash = last;
        signedHere = true;
        signedAt = now;
        tell(sink -> sink.checkpoint(line));
    }

    private void tell(Consumer<AuditSink> told) {
        for (AuditSink sink : sinks) {
            try {
                told.accept(sink);
            } catch (RuntimeException e) {
                log.error(
                        "A copy of the audit elsewhere could not be written: {}",
                        e.getClass().getName());
                log.debug("A copy of the audit elsewhere could not be written", e);
            }
        }
    }

    @Override
    public List<AuditEntry> entries(UserId user, AuditQuery query) {
        return people.find(user).map(person -> of(person.id(), query)).orElse(List.of());
    }

    @Override
    public List<AuditEntry> system(AuditQuery query) {
        return of(AuditEntry.SYSTEM, query);
    }

    private List<AuditEntry> of(String person, AuditQuery query) {
        Deque<AuditEntry> newest = new ArrayDeque<>();
        entries.read((text, whole) -> AuditLine.read(text)
                .map(AuditLine::entry)
                .filter(entry -> entry.person().equals(person)
                        && !entry.at().isBefore(query.from())
                        && entry.at().isBefore(query.to())
                        && (query.kinds().isEmpty() || query.kinds().contains(entry.kind())))
                .ifPresent(entry -> {
                    if (newest.size() == query.limit()) {
                        newest.removeFirst();
                    }
                    newest.addLast(entry);
                }));
        List<AuditEntry> all = new ArrayList<>(newest);
        Collections.reverse(all);
        return List.copyOf(all);
    }

    @Override
    public AuditReport verify() {
        Verification verification = new Verification(ENTRIES, CHECKPOINTS, key.getPublic());
        lock.lock();
        try {
            checkpoints.read(verification::checkpoint);
            verification.known(new AuditHead.Known(kept, others));
            if (count > 0) {
                verification.known(new Checkpoint(count, last, "", new byte[0]));
            }
            entries.read(verification::entry);
        } finally {
            lock.unlock();
        }
        return verification.end();
    }

    /** Whose entries are whose cannot be told any more from here on. */
    public void forget(UserId user) {
        people.forget(user);
    }

    /** Signs what there is. Idempotent. */
    @Override
    public void close() {
        try {
            checkpoint();
        } finally {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    entries.close();
                    checkpoints.close();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
