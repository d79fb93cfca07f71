package io.arkestra.store;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Declares a collection of documents: written once, next to the code that owns it. Immutable.
 *
 * <p>Besides the declared fields every query may use {@link #FIELD_ID}, {@link #FIELD_CREATED} and {@link #FIELD_UPDATED}.
 */
public final class CollectionSpec {
    /** Built-in field: the document's id, a string. */
    public static final String FIELD_ID = "_id";
    /** Built-in field: when the document was first written, an instant. */
    public static final String FIELD_CREATED = "_created";
    /** Built-in field: when the document was last written, an instant. */
    public static final String FIELD_UPDATED = "_updated";

    static final Set<String> BUILT_IN = Set.of(FIELD_ID, FIELD_CREATED, FIELD_UPDATED);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

    private final String name;
    private final int schemaVersion;
    private final Map<String, IndexedField> fields;
    private final List<List<String>> orderedIndexes;
    private final List<List<String>> uniqueKeys;
    private final Map<Integer, UnaryOperator<Json>> upcasters;
    private final boolean feed;
    private final boolean derived;
    private final Set<Clear> clear;
    private final Consumer<Doc> check;

    /** What of a document stays readable in a store that encrypts. */
    public enum Clear {
        /** Body and binary part. */
        EVERYTHING,
        /** The binary part. */
        BLOB
    }

    private CollectionSpec(Builder builder) {
        this.name = builder.name;
        this.schemaVersion = builder.schemaVersion;
        this.fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(builder.fields));
        this.orderedIndexes = List.copyOf(builder.orderedIndexes);
        this.uniqueKeys = List.copyOf(builder.uniqueKeys);
        this.upcasters = java.util.Collections.unmodifiableMap(new TreeMap<>(builder.upcasters));
        this.feed = builder.feed;
        this.derived = builder.derived;
        this.clear = Set.copyOf(builder.clear);
        this.check = builder.check;
    }

    /** Starts a declaration; the name is lower-case letters, digits and {@code _}, at most 40. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    public String name() {
        return name;
    }

    /** Version of the body's shape; documents of an older one are upcast when read. Starts at 1. */
    public int schemaVersion() {
        return schemaVersion;
    }

    /** Declared fields by name, in order of declaration. */
    public Map<String, IndexedField> fields() {
        return fields;
    }

    /** Each index by its fields in order. The owner always comes first and is not listed. */
    public List<List<String>> orderedIndexes() {
        return orderedIndexes;
    }

    /** Each unique key by its fields. Unique per owner; a document in which one of the fields is absent is not bound. */
    public List<List<String>> uniqueKeys() {
        return uniqueKeys;
    }

    /** By version: turns a body of that version into one of the next. */
    public Map<Integer, UnaryOperator<Json>> upcasters() {
        return upcasters;
    }

    /** Whether {@link DocStore#changes} serves this collection. */
    public boolean feed() {
        return feed;
    }

    /** Whether the documents can be made anew from other collections, so that nobody takes them along or elsewhere. */
    public boolean derived() {
        return derived;
    }

    /** What an encrypting store leaves readable; declared fields always are. */
    public Set<Clear> clear() {
        return clear;
    }

    /**
     * Reads a document, already upcast, as the code that owns the collection will: for what comes from elsewhere, before it is written.
     * A store does not do this by itself. Without a declared check every document passes.
     *
     * @throws InvalidInputException when the document is not one of this collection, with what is missing or wrong
     */
    public void check(Doc doc) {
        try {
            check.accept(doc);
        } catch (InvalidInputException e) {
            throw e;
        } catch (ArkestraException | IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new InvalidInputException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public String toString() {
        return "CollectionSpec[" + name + " v" + schemaVersion + "]";
    }

    /** Builds {@link CollectionSpec}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final Map<String, IndexedField> fields = new LinkedHashMap<>();
        private final List<List<String>> orderedIndexes = new ArrayList<>();
        private final List<List<String>> uniqueKeys = new ArrayList<>();
        private final Map<Integer, UnaryOperator<Json>> upcasters = new TreeMap<>();
        private int schemaVersion = 1;
        private boolean feed;
        private boolean derived;
        private final Set<Clear> clear = EnumSet.noneOf(Clear.class);
        private Consumer<Doc> check = doc -> {};

        private Builder(String name) {
            if (!NAME.matcher(name).matches()) {
                throw new ConfigException("Collection name '" + name + "' must match " + NAME.pattern());
            }
            this.name = name;
        }

        /** Declares a top-level member of the body as a field; same form of name as the collection's. */
        public Builder field(String field, FieldType type) {
            if (!NAME.matcher(field).matches()) {
                throw new ConfigException(
                        "Field name '" + field + "' of collection '" + name + "' must match " + NAME.pattern());
            }
            if (fields.put(field, new IndexedField(field, type)) != null) {
                throw new ConfigException("Field '" + field + "' of collection '" + name + "' is declared twice");
            }
            return this;
        }

        /** Declares an index that serves filters on a prefix of the fields and sorting by the rest. */
        public Builder orderedIndex(String... names) {
            orderedIndexes.add(known("index", names));
            return this;
        }

        /** Declares a key that no two documents of one owner may share. */
        public Builder uniqueKey(String... names) {
            uniqueKeys.add(known("unique key", names));
            return this;
        }

        /** Sets the version of the body's shape. */
        public Builder schemaVersion(int version) {
            schemaVersion = version;
            return this;
        }

        /** Declares how a body of this version becomes one of the next. */
        public Builder upcast(int fromVersion, UnaryOperator<Json> step) {
            upcasters.put(fromVersion, step);
            return this;
        }

        /** Makes changes of this collection visible in the feed. */
        public Builder feed() {
            feed = true;
            return this;
        }

        /** Says that the documents can be made anew from other collections. */
        public Builder derived() {
            derived = true;
            return this;
        }

        /** Leaves a part of the documents readable in a store that encrypts; for what tells nothing, or is in the clear elsewhere. */
        public Builder clear(Clear part) {
            clear.add(part);
            return this;
        }

        /**
         * Declares how {@link CollectionSpec#check} reads a document: with what the owner of the collection reads it with. It must do
         * nothing else, and may throw {@link InvalidInputException} or what Java's parsing methods throw.
         */
        public Builder check(Consumer<Doc> reader) {
            check = reader;
            return this;
        }

        public CollectionSpec build() {
            for (int version = 1; version < schemaVersion; version++) {
                if (!upcasters.containsKey(version)) {
                    throw new ConfigException("Collection '" + name + "' is at schema version " + schemaVersion
                            + " but has no upcaster from version " + version);
                }
            }
            return new CollectionSpec(this);
        }

        private List<String> known(String what, String[] names) {
            if (names.length == 0) {
                throw new ConfigException("An " + what + " of collection '" + name + "' names no field");
            }
            for (String field : names) {
                if (!fields.containsKey(field) && !BUILT_IN.contains(field)) {
                    throw new ConfigException("An " + what + " of collection '" + name + "' names the field '" + field
                            + "', which is not declared; declared are " + fields.keySet());
                }
            }
            return List.of(names);
        }
    }
}
