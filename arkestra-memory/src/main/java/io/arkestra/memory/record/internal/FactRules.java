package io.arkestra.memory.record.internal;

import io.arkestra.common.WellFormed;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardResult;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds facts in the user's own words by rules, in English and Russian, without a model. Careful rather than complete: what is a
 * question, a supposition, a denial, somebody else's words, a template or a secret is refused with the reason. Immutable and
 * thread-safe.
 */
public final class FactRules {
    /** Longer messages are pasted, not said. */
    private static final int LONGEST = 4_000;

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern REMEMBER = Pattern.compile(
            "^(?:(?:please|пожалуйста|ok|ok,|hey|and|и),? )?(?:remember|note|keep in mind|don't forget|запомни|запиши|учти|имей в виду|не забудь|помни)"
                    + "(?:те)?(?: that|,? что|:|,)? (?<rest>.+)$",
            FLAGS);
    private static final Pattern ERRAND =
            Pattern.compile("^(?:to |when |how |the time |me |about |позвонить|купить|как |когда |про |о ).*", FLAGS);
    private static final Pattern CLAUSE = Pattern.compile(
            "\\s*[,;]\\s*(?:and |but |а |и |но )?|\\s+(?:but|and (?=i\\b|i'm\\b|my\\b|now\\b)|но|а теперь|и теперь)\\s*|\\s+[—–]\\s+",
            FLAGS);

    /** The reason in the resource file. */
    private static final String QUESTION = "it is a question";

    /** Compiled once: there are many patterns. */
    private static final FactSearch SEARCH = new FactSearch();

    private static final Endings ENDINGS = new Endings(SEARCH);

    private static final Corrections CORRECTIONS = new Corrections();
    private static final String DENIES = "it denies something";

    private final Optional<Guard> guard;

    static FactPatterns patterns() {
        return SEARCH.patterns();
    }

    private FactRules(Optional<Guard> guard) {
        this.guard = guard;
    }

    /** Rules that ask this guard what may be kept. */
    public static FactRules of(Optional<Guard> guard) {
        return new FactRules(guard);
    }

    /** Facts of a message on its own; none for a message that the user did not write. */
    public List<MemoryDraft> facts(Message message) {
        return learn(message, List.of(), List.of()).facts();
    }

    /**
     * Facts of a message within its conversation.
     *
     * @param before facts that were found earlier in the conversation, oldest first: what a correction corrects
     * @param shown texts that the user was shown before, such as recalled memories: what repeats them is not learned again
     */
    public Learned learn(Message message, List<MemoryDraft> before, List<String> shown) {
        List<String> latest =
                before.isEmpty() ? List.of() : before.get(before.size() - 1).sources();
        return learn(message, before, shown, latest);
    }

    /**
     * The same.
     *
     * @param recent ids of the messages that may be corrected without naming what was wrong in them: the user's latest one
     */
    public Learned learn(Message message, List<MemoryDraft> before, List<String> shown, List<String> recent) {
        if (message.origin() != Origin.USER) {
            return Learned.nothing(
                    message.id(), "only the user's own words are learned from, not those of " + message.origin());
        }
        if (message.text().length() > LONGEST) {
            return Learned.nothing(message.id(), "it is longer than anybody speaks");
        }
        Optional<String> refused = refusal(message.text(), true);
        if (refused.isPresent()) {
            return Learned.nothing(message.id(), refused.get());
        }
        ShownTexts known = new ShownTexts(shown);
        Reading reading = new Reading(message, before, recent);
        for (String sentence : Sentences.of(Sentences.withoutQuotations(message.text()))) {
            Optional<String> reason =
                    known.repeats(sentence) ? Optional.of("it repeats what was shown") : refusal(sentence, false);
            if (reason.isEmpty()) {
                read(sentence, reading);
            } else if (!reason.get().equals(DENIES)
                    || !reading.correct(CORRECTIONS.denied(sentence, reading.earlier()))) {
                reading.refusals.add(new Learned.Refusal(message.id(), reason.get()));
            }
        }
        return new Learned(reading.facts, reading.refusals, reading.corrections);
    }

    private void read(String sentence, Reading reading) {
        List<MemoryDraft> drafts = sentence(sentence);
        if (drafts.stream().allMatch(draft -> draft.statement().isEmpty())
                && reading.correct(CORRECTIONS.find(sentence, reading.earlier(), reading.recent))) {
            return;
        }
        drafts.forEach(reading::admit);
    }

    /** What is found in one message. */
    private final class Reading {
        private final Message message;
        private final List<MemoryDraft> before;
        private final List<String> recent;
        private final List<MemoryDraft> facts = new ArrayList<>();
        private final List<Learned.Refusal> refusals = new ArrayList<>();
        private final List<Learned.Correction> corrections = new ArrayList<>();

        Reading(Message message, List<MemoryDraft> before, List<String> recent) {
            this.message = message;
            this.before = before;
            this.recent = new ArrayList<>(recent);
            this.recent.add(message.id());
        }

        List<MemoryDraft> earlier() {
            List<MemoryDraft> earlier = new ArrayList<>(before);
            earlier.addAll(facts);
            return earlier;
        }

        boolean correct(Optional<Corrections.Corrected> found) {
            found.filter(corrected -> admit(corrected.now()))
                    .ifPresent(corrected ->
                            corrections.add(new Learned.Correction(facts.get(facts.size() - 1), corrected.before())));
            return found.isPresent();
        }

        boolean admit(MemoryDraft found) {
            MemoryDraft draft = found.sources(List.of(message.id())).at(message.at());
            Optional<String> reason = inadmissible(draft, message);
            if (reason.isPresent()) {
                refusals.add(new Learned.Refusal(message.id(), reason.get()));
            } else {
                facts.add(kept(draft));
            }
            return reason.isEmpty();
        }
    }

    /** Sentences of a text, with their closing marks. */
    public static List<String> sentences(String text) {
        return Sentences.of(text);
    }

    /** Whether a sentence asks, with or without a question mark. */
    public static boolean asks(String sentence) {
        String folded = FactSearch.fold(sentence);
        return SEARCH.patterns().refusals.stream()
                .filter(refusal -> refusal.reason().equals(QUESTION))
                .anyMatch(refusal -> refusal.pattern().matcher(folded).find());
    }

    private Optional<String> refusal(String text, boolean whole) {
        if (!whole && WellFormed.firstLoneSurrogate(text, 0) >= 0) {
            return Optional.of("it is not well-formed text");
        }
        String folded = FactSearch.fold(text);
        String words = REMEMBER.matcher(folded).replaceFirst("${rest}");
        return SEARCH.patterns().refusals.stream()
                .filter(refusal -> refusal.whole() == whole)
                .filter(refusal -> refusal.pattern().matcher(words).find())
                .map(FactPatterns.Refusal::reason)
                .findFirst();
    }

    private List<MemoryDraft> sentence(String sentence) {
        Matcher remember = REMEMBER.matcher(FactSearch.fold(sentence));
        boolean asked = remember.matches();
        String words = asked ? sentence.substring(remember.start("rest")) : sentence;
        List<MemoryDraft> drafts = new ArrayList<>();
        if (ENDINGS.isIn(words)) {
            for (String clause : CLAUSE.split(words)) {
                if (ENDINGS.isIn(clause)) {
                    String rest = words.substring(words.indexOf(clause) + clause.length());
                    Optional<FactSearch.Found> instead = ENDINGS.instead(clause, rest);
                    if (instead.isPresent()) {
                        drafts.add(draft(
                                instead.get().statement(),
                                instead.get().text(),
                                instead.get().quote()));
                        break;
                    }
                    ENDINGS.find(clause)
                            .ifPresent(statement -> drafts.add(draft(statement, bare(clause), clause.strip())));
                } else {
                    stated(clause, drafts);
                }
            }
        } else {
            stated(words, drafts);
        }
        if (drafts.isEmpty()
                && asked
                && !ERRAND.matcher(words).matches()
                && bare(words).length() > 2) {
            drafts.add(MemoryDraft.fact(bare(words)).quote(words.strip()));
        }
        return asked ? drafts.stream().map(draft -> draft.importance(0.8)).toList() : drafts;
    }

    private void stated(String words, List<MemoryDraft> drafts) {
        SEARCH.find(words).forEach(found -> drafts.add(draft(found.statement(), found.text(), found.quote())));
    }

    static MemoryDraft draft(Statement statement, String text, String quote) {
        return MemoryDraft.fact(text)
                .statement(statement)
                .quote(quote)
                .importance(
                        statement.attribute().equals("allergy")
                                        || statement.attribute().equals("name")
                                ? 0.9
                                : TierRules.importance(statement.kind()));
    }

    private static String bare(String text) {
        return text.strip().replaceAll("[\\s.!;,]+$", "");
    }

    private Optional<String> inadmissible(MemoryDraft draft, Message message) {
        String quote = draft.quote().orElse("");
        if (quote.indexOf('\u0000') >= 0 || !message.text().contains(quote)) {
            return Optional.of("its words are not literally in the message");
        }
        if (score(draft) < 0.5) {
            return Optional.of("it reads too little like something said about oneself");
        }
        return isSecret(draft) ? Optional.of("it holds a secret") : Optional.empty();
    }

    /** How much a find looks like plain speech, 0 to 1. */
    private static double score(MemoryDraft draft) {
        String text = draft.quote().orElse(draft.text());
        double score = 1;
        score -= text.length() > 200 ? 0.4 : 0;
        score -= text.contains("://") || text.contains("www.") ? 0.4 : 0;
        long odd = text.chars().filter(c -> "{}[]<>|=\\#$^~`".indexOf(c) >= 0).count();
        score -= odd * 0.3;
        long letters = text.codePoints().filter(Character::isLetter).count();
        long upper = text.codePoints().filter(Character::isUpperCase).count();
        score -= letters > 20 && upper > letters * 0.7 ? 0.3 : 0;
        return score;
    }

    private boolean isSecret(MemoryDraft draft) {
        return inspect(draft.text()).findings().stream()
                .map(GuardFinding::type)
                .anyMatch(type -> type.contains("SECRET")
                        || type.contains("PASSWORD")
                        || type.contains("TOKEN")
                        || type.contains("KEY")
                        || type.contains("CARD"));
    }

    /** What the guard lets into the store of a draft. */
    MemoryDraft kept(MemoryDraft draft) {
        GuardResult text = inspect(draft.text());
        if (!text.changed()) {
            return draft;
        }
        MemoryDraft kept = draft.text(text.text());
        if (draft.quote().isPresent()) {
            kept = kept.quote(inspect(draft.quote().get()).text());
        }
        if (draft.statement().isPresent()) {
            Statement said = draft.statement().get();
            String value = inspect(said.value()).text();
            // What only the words around it call a secret is one by itself too.
            value = draft.text().contains(value) && !text.text().contains(value) ? "***" : value;
            Statement masked = said.isMany()
                    ? Statement.oneOfMany(said.kind(), said.subject(), said.attribute(), value)
                    : Statement.one(said.kind(), said.subject(), said.attribute(), value);
            kept = kept.statement(said.isEnded() ? masked.ended() : masked);
        }
        return kept;
    }

    private GuardResult inspect(String text) {
        return guard.map(found -> found.inspect(text, GuardContext.of(GuardContext.Direction.TO_STORE)))
                .orElseGet(() -> GuardResult.of(text, List.of()));
    }

    /** What a remembered text says, when it says one thing and nothing else. */
    Optional<Statement> statement(String text) {
        if (text.length() > 400 || refusal(text, true).isPresent()) {
            return Optional.empty();
        }
        List<String> sentences = Sentences.of(text);
        if (sentences.size() != 1 || refusal(sentences.get(0), false).isPresent()) {
            return Optional.empty();
        }
        List<MemoryDraft> drafts = sentence(sentences.get(0));
        return drafts.size() == 1 ? drafts.get(0).statement() : Optional.empty();
    }
}
