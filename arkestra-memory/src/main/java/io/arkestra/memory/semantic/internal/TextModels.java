package io.arkestra.memory.semantic.internal;

import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Which model embeds what, and which texts none understands. Thread-safe. */
final class TextModels {
    private static final Locale RUSSIAN = Locale.forLanguageTag("ru");
    private static final List<Locale> KNOWN = List.of(Locale.ENGLISH, RUSSIAN);
    /** Enough letters of another script to make a text one of another language. */
    private static final double FOREIGN_SHARE = 0.3;

    private final Optional<Embedders> embedders;
    private final Consumer<String> warnings;
    private final Map<Space, Optional<Embedder>> found = new ConcurrentHashMap<>();
    /** By model: languages of texts that it was given and does not understand, each with where it was met first. */
    private final Map<String, Map<String, String>> foreign = new ConcurrentHashMap<>();

    TextModels(Optional<Embedders> embedders, Consumer<String> warnings) {
        this.embedders = embedders;
        this.warnings = warnings;
    }

    /** Whether there may be a model at all; asks none. */
    boolean any() {
        return embedders.isPresent();
    }

    /** The model of a space. Loads it when it is asked for the first time. */
    Optional<Embedder> of(Space space) {
        return found.computeIfAbsent(
                space,
                key -> embedders.flatMap(all ->
                        all.find(key == Space.DOCUMENT ? EmbeddingPurpose.DOCUMENT : EmbeddingPurpose.CONVERSATION)));
    }

    /** Whether the model understands a question; says so once when it does not. */
    boolean understands(Embedder embedder, String question) {
        return understands(embedder, question, "a question");
    }

    /**
     * Whether the model understands a text; says so once when it does not.
     *
     * @param what the text is, for people: never words of it
     */
    boolean understands(Embedder embedder, String text, String what) {
        if (embedder.understands(text)) {
            return true;
        }
        String language = language(text);
        Map<String, String> known = foreign.computeIfAbsent(embedder.info().name(), name -> new ConcurrentHashMap<>());
        if (known.putIfAbsent(language, what) == null) {
            warnings.accept(finding(embedder.info().name(), language, what));
        }
        return false;
    }

    /** What a recall says about a query in a language that the model does not understand. */
    static String note(Embedder embedder, String query) {
        return "Searched by words and letters only: the embedding model "
                + embedder.info().name() + " does not understand " + language(query) + ".";
    }

    /** What does not work as well as it could, for health. */
    List<String> findings() {
        List<String> findings =
                new ArrayList<>(embedders.map(all -> all.health().findings()).orElse(List.of()));
        foreign.forEach((model, languages) ->
                languages.forEach((language, what) -> findings.add(finding(model, language, what))));
        return findings;
    }

    private static String finding(String model, String language, String what) {
        return "The embedding model " + model + " does not understand " + language + " (first met in "
                + what
                + "); such texts are found by words and letters, not by meaning. Name a multilingual model in the"
                + " section embedding of the configuration";
    }

    List<String> describe() {
        if (embedders.isEmpty()) {
            return List.of("no embedding model: what is said in quite other words is not found");
        }
        List<String> lines = new ArrayList<>();
        for (Space space : Space.values()) {
            Optional<Embedder> embedder = found.getOrDefault(space, Optional.empty());
            String what = space == Space.DOCUMENT ? "documents" : "conversation";
            lines.add(embedder.map(model -> what + " by meaning: " + model.info() + ", " + languages(model))
                    .orElse(what + " by meaning: no model in use yet"));
        }
        lines.add("texts that the model does not understand: by words and letters (" + CharGrams.MODEL.id() + ")");
        return lines;
    }

    private static String languages(Embedder embedder) {
        List<String> understood = new ArrayList<>();
        for (Locale locale : KNOWN) {
            LanguageFit fit = embedder.language(locale);
            understood.add((fit.understood() ? "understands " : "does not understand ")
                    + locale.getDisplayLanguage(Locale.ENGLISH)
                    + String.format(Locale.ROOT, " (d' %.1f)", fit.separation()));
        }
        return String.join(", ", understood);
    }

    private static String language(String text) {
        long letters = text.codePoints().filter(Character::isLetter).count();
        long cyrillic = text.codePoints()
                .filter(point -> Character.UnicodeScript.of(point) == Character.UnicodeScript.CYRILLIC)
                .count();
        return letters > 0 && cyrillic >= FOREIGN_SHARE * letters
                ? RUSSIAN.getDisplayLanguage(Locale.ENGLISH)
                : script(text).map(name -> "texts in " + name + " letters").orElse("texts without letters");
    }

    /** The script of most letters. */
    private static Optional<String> script(String text) {
        Map<Character.UnicodeScript, Integer> counts = new EnumMap<>(Character.UnicodeScript.class);
        text.codePoints()
                .filter(Character::isLetter)
                .forEach(point -> counts.merge(Character.UnicodeScript.of(point), 1, Integer::sum));
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(most -> {
            String name = most.getKey().name().replace('_', ' ');
            return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
        });
    }
}
