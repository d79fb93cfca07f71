package io.arkestra.memory.record.internal;

import io.arkestra.memory.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules in the resource files beside this class, compiled. */
final class FactPatterns {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final String NOW = "(?:now|currently|these days|at the moment|at present|теперь|сейчас|ныне|уже)";
    /** Where a value ends: at the end of its clause. */
    static final String END =
            "(?=\\s*[.!?…]*$|\\s*[,;!?]|\\s+[—–-]\\s|\\s+(?:and|but|because|since|which|who|when|while|although"
                    + "|though|so|for now|" + NOW
                    + "|any ?more|today|instead|и|а|но|потому|так как|котор\\w+|где|когда)\\b)";

    private static final String LIST_END =
            "(?=\\s*[.!?…]*$|\\s*[;!?]|\\s+[—–-]\\s|,?\\s+(?:and|but|so|и|а|но|because|since|потому)\\s+(?:i|i'm|my"
                    + "|we|he|she|it|they|you|the|я|мой|моя|мое|у|мы|он|она|они|это|не|when|that)\\b|,?\\s+(?:but|because|since|although|"
                    + "when|while|но|а|потому|когда|" + NOW + "|any ?more)\\b)";
    private static final String SUBJECT = "(?:(?:я|мы)\\s|(?:^\\s*|(?<=[,;:—–] ))(?:и |а |но |да,? |теперь |сейчас )?)";
    static final String VALUE = "(?<v>[^\\s,;:!?\\u0000][^,;!?\\n\\u0000]{0,100}?)";

    /** What a rule's text stands for. */
    record Rule(Statement.Kind kind, String subject, String attribute, String number, boolean list, Pattern pattern) {}

    record Word(String name, String number, Optional<Statement.Kind> kind, Pattern pattern) {}

    record Refusal(String reason, boolean whole, Pattern pattern) {}

    final List<Word> nouns = new ArrayList<>();
    final List<Word> favourites = new ArrayList<>();
    final List<Word> relations = new ArrayList<>();
    final List<Rule> rules = new ArrayList<>();
    final List<Refusal> refusals = new ArrayList<>();
    private final Map<String, List<String>> alternatives = new LinkedHashMap<>();

    FactPatterns() {
        for (String line : lines("fact-nouns.txt")) {
            String[] parts = line.split(" ", 4);
            nouns.add(word("n", parts[0], parts[2], Optional.of(Statement.Kind.valueOf(parts[1])), parts[3]));
        }
        for (String line : lines("fact-favourites.txt")) {
            String[] parts = line.split(" ", 2);
            favourites.add(word("f", parts[0], "one", Optional.empty(), parts[1]));
        }
        for (String line : lines("fact-relations.txt")) {
            String[] parts = line.split(" ", 3);
            relations.add(word("r", parts[0], parts[1], Optional.empty(), parts[2]));
        }
        readRules();
        readRefusals();
    }

    private Word word(String group, String name, String number, Optional<Statement.Kind> kind, String alternation) {
        String folded = alternation.replace('ё', 'е');
        alternatives.computeIfAbsent(group, none -> new ArrayList<>()).add(folded);
        return new Word(name, number, kind, Pattern.compile(folded, FLAGS));
    }

    private String anyOf(String group) {
        return "(?<" + group + ">" + String.join("|", alternatives.getOrDefault(group, List.of())) + ")";
    }

    private void readRules() {
        String[] head = {};
        for (String line : lines("fact-rules.txt")) {
            if (line.startsWith("@")) {
                head = line.substring(1).split(" ");
                continue;
            }
            String source = line.replace('ё', 'е')
                    .replace("{I}", SUBJECT)
                    .replace("{NOW}", NOW)
                    .replace("{NOUN}", anyOf("n"))
                    .replace("{FAVOURITE}", anyOf("f"))
                    .replace("{PERSON}", anyOf("r") + "(?: (?<p>(?-i:\\p{Lu}\\p{Ll}+)))?")
                    .replace("{VALUE}", VALUE + END)
                    .replace("{WORDS}", VALUE)
                    .replace("{LIST}", "(?<v>[^\\s;:!?\\u0000][^;!?\\n\\u0000]{0,160}?)" + LIST_END)
                    .replace("{END}", END);
            rules.add(new Rule(
                    Statement.Kind.valueOf(head[0]),
                    head[1],
                    head[2],
                    head[3],
                    line.contains("{LIST}"),
                    Pattern.compile("(?<![\\p{L}\\p{N}'-])(?<!\\bне )(?<!\\bnot )(?:" + source + ")", FLAGS)));
        }
    }

    private void readRefusals() {
        String reason = "";
        for (String line : lines("fact-refusals.txt")) {
            if (line.startsWith("@")) {
                reason = line;
                continue;
            }
            boolean whole = reason.startsWith("@@");
            refusals.add(new Refusal(
                    reason.replace("@", "").strip(),
                    whole,
                    Pattern.compile(line.replace('ё', 'е'), FLAGS | Pattern.MULTILINE)));
        }
    }

    static Optional<Word> named(List<Word> words, String text) {
        return words.stream()
                .filter(word -> word.pattern().matcher(text).matches())
                .findFirst();
    }

    static List<String> lines(String name) {
        try (InputStream in = FactPatterns.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is missing beside " + FactPatterns.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("# "))
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
