package io.arkestra.people.internal;

import io.arkestra.Alias;
import io.arkestra.common.ChannelId;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names that users go by. Which one is the primary is told by the profile's name alone, so there is never more than one; a profile
 * of earlier releases, which has a name but no aliases, has that one. Names differ by more than case. Thread-safe.
 */
public final class AliasStore {
    public static final CollectionSpec COLLECTION =
            CollectionSpec.builder("aliases").check(AliasStore::check).build();

    private static final String TAINT = "taint";

    /** Aliases of one user. */
    static final int MOST = 20;

    private final DocStore store;
    private final PeopleStore people;

    public AliasStore(DocStore store, PeopleStore people) {
        this.store = store;
        this.people = people;
        store.define(COLLECTION);
    }

    private static void check(Doc doc) {
        if (!doc.id().equals(id(read(doc, "").name()))) {
            throw new InvalidInputException("it has not the id of its name");
        }
    }

    /** All names of a user, the primary first, then by name. */
    public List<Alias> all(UserId user) {
        return store.inTransaction(tx -> all(tx, user));
    }

    private List<Alias> all(DocTransaction tx, UserId user) {
        String primary = people.profile(tx, user).string(ProfileFields.NAME).orElse("");
        List<Alias> aliases = new ArrayList<>();
        tx.find(COLLECTION.name(), Owner.of(user), DocQuery.all().limit(DocQuery.MAX_LIMIT))
                .docs()
                .forEach(doc -> aliases.add(read(doc, primary)));
        if (!primary.isEmpty() && aliases.stream().noneMatch(Alias::primary)) {
            aliases.add(new Alias(primary, Alias.Use.ANY, Set.of(), true));
        }
        aliases.sort(Comparator.comparing((Alias alias) -> !alias.primary()).thenComparing(Alias::name));
        return List.copyOf(aliases);
    }

    /** Names of a user that no untrusted source had a part in. */
    public List<String> vouched(UserId user) {
        return store.inTransaction(tx -> {
            Set<String> doubted =
                    tx.find(COLLECTION.name(), Owner.of(user), DocQuery.all().limit(DocQuery.MAX_LIMIT)).docs().stream()
                            .filter(doc -> !doc.body().list(TAINT).isEmpty())
                            .map(Doc::id)
                            .collect(Collectors.toSet());
            return all(tx, user).stream()
                    .map(Alias::name)
                    .filter(name -> !doubted.contains(id(name)))
                    .toList();
        });
    }

    /** Adds a name, or changes when it is to be used. The first name of a user becomes the primary one. */
    public void add(UserId user, Alias alias) {
        add(user, alias, Set.of());
    }

    /**
     * The same with untrusted sources that the name may come from. They stay with it as long as it is there; a name that is there already
     * keeps its own.
     */
    public void add(UserId user, Alias alias, Set<Taint> taints) {
        String name = clean(alias.name());
        Transactions.again(store, tx -> {
            List<Alias> known = all(tx, user);
            if (known.size() >= MOST && known.stream().noneMatch(other -> same(other.name(), name))) {
                throw new InvalidInputException(
                        "There are " + MOST + " aliases already; remove one before adding another");
            }
            Optional<Doc> before = tx.get(COLLECTION.name(), Owner.of(user), id(name));
            boolean there = known.stream().anyMatch(other -> same(other.name(), name));
            List<Json> sources = there
                    ? before.map(doc -> doc.body().list(TAINT)).orElse(List.of())
                    : taints.stream().map(taint -> Json.of(taint.toString())).toList();
            Json body = Json.object()
                    .put("name", name)
                    .put("use", alias.use().name().toLowerCase(Locale.ROOT))
                    .put(
                            "channels",
                            Json.strings(alias.channels().stream()
                                    .map(ChannelId::value)
                                    .sorted()
                                    .toList()))
                    .build();
            if (!sources.isEmpty()) {
                body = body.with(TAINT, Json.array(sources));
            }
            tx.put(COLLECTION.name(), DocWrite.of(Owner.of(user), id(name), body));
            if (known.isEmpty()) {
                people.change(tx, user, profile -> ProfileFields.name(profile, name));
            }
            return name;
        });
        store.sync();
    }

    /** Makes a name the primary one; it is added when it is new. */
    public void setPrimary(UserId user, String name) {
        setPrimary(user, name, Set.of());
    }

    /** The same with untrusted sources that the name may come from. */
    public void setPrimary(UserId user, String name, Set<Taint> taints) {
        String clean = clean(name);
        boolean known = all(user).stream().anyMatch(alias -> same(alias.name(), clean));
        if (!known) {
            add(user, Alias.of(clean), taints);
        }
        people.change(user, profile -> ProfileFields.name(profile, clean));
    }

    /** Removes a name. Returns false when there is no such one; the primary one gives its place to another first. */
    public boolean remove(UserId user, String name) {
        String clean = clean(name);
        boolean removed = Transactions.again(store, tx -> {
            List<Alias> all = all(tx, user);
            Optional<Alias> gone =
                    all.stream().filter(alias -> same(alias.name(), clean)).findFirst();
            if (gone.isEmpty()) {
                return false;
            }
            tx.delete(COLLECTION.name(), Owner.of(user), id(clean));
            if (gone.get().primary()) {
                Optional<String> next = all.stream()
                        .filter(alias -> !alias.primary())
                        .map(Alias::name)
                        .findFirst();
                people.change(
                        tx,
                        user,
                        profile -> next.map(other -> ProfileFields.name(profile, other))
                                .orElseGet(() -> ProfileFields.cleared(profile, ProfileFields.NAME)));
            }
            return true;
        });
        store.sync();
        return removed;
    }

    /**
     * The name to use: one that is for this channel, else one that belongs to the tone, else the primary one.
     *
     * @param profile the user's profile
     */
    public Optional<String> nameFor(DocTransaction tx, UserId user, Json profile, ChannelId channel) {
        List<Alias> all = all(tx, user);
        Alias.Use tone = tone(profile);
        return all.stream()
                .filter(alias -> alias.channels().contains(channel) && fits(alias, tone))
                .findFirst()
                .or(() -> all.stream()
                        .filter(alias -> alias.channels().isEmpty() && alias.use() == tone && tone != Alias.Use.ANY)
                        .findFirst())
                .or(() -> all.stream().filter(Alias::primary).findFirst())
                .map(Alias::name);
    }

    /** Untrusted sources that {@link #nameFor} may come from. */
    public Set<Taint> doubts(UserId user, Json profile, ChannelId channel) {
        return store.inTransaction(tx -> nameFor(tx, user, profile, channel)
                .flatMap(name -> tx.get(COLLECTION.name(), Owner.of(user), id(name)))
                .map(doc -> doc.body().list(TAINT).stream()
                        .map(source -> Taint.parse(source.asString()))
                        .collect(Collectors.toSet()))
                .orElse(Set.of()));
    }

    private static boolean fits(Alias alias, Alias.Use tone) {
        return alias.use() == Alias.Use.ANY || alias.use() == tone;
    }

    private static Alias.Use tone(Json profile) {
        List<String> tones = ProfileFields.texts(profile, ProfileFields.TONE);
        String form = profile.string(ProfileFields.FORM).orElse("");
        if (form.equals(ProfileFields.FORMAL) || form.isEmpty() && tones.contains("formal")) {
            return Alias.Use.FORMAL;
        }
        boolean informal = form.equals(ProfileFields.FAMILIAR) || tones.contains("informal");
        return informal ? Alias.Use.INFORMAL : Alias.Use.ANY;
    }

    private static Alias read(Doc doc, String primary) {
        String name = clean(doc.body().text("name"));
        Alias.Use use = Alias.Use.ANY;
        for (Alias.Use known : Alias.Use.values()) {
            use = doc.body().text("use").equals(known.name().toLowerCase(Locale.ROOT)) ? known : use;
        }
        Set<ChannelId> channels = doc.body().list("channels").stream()
                .map(item -> ChannelId.of(item.asString()))
                .collect(Collectors.toSet());
        return new Alias(name, use, channels, same(name, primary));
    }

    private static String clean(String name) {
        return ProfileFields.name(Json.emptyObject(), name).text(ProfileFields.NAME);
    }

    private static boolean same(String a, String b) {
        return folded(a).equals(folded(b));
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replace('ё', 'е');
    }

    /** One document for a name: two sessions that add it at once add it once. */
    private static String id(String name) {
        byte[] hash = PersonArchive.sha256().digest(folded(name).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 16);
    }
}
