package io.arkestra.guard.internal;

import io.arkestra.guard.EntityRecognizer;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's own guard: recognisers of personal data, secrets and profanity over blocks of text, and a table that says what is done
 * with each on each way.
 *
 * <p>In prose a word is held back, at most {@link io.arkestra.guard.scan.internal.BlockReader#MAX_BLOCK} characters otherwise; more
 * only inside an armoured private key. Thread-safe; linear in the text.
 */
public final class PatternGuard implements Guard {

    private static final Logger log = LoggerFactory.getLogger(PatternGuard.class);

    private final GuardSettings settings;
    private final Optional<EntityRecognizer> entities;
    private final RuleSet rules;
    private final Pseudonyms pseudonyms = new Pseudonyms();
    private final Map<Channel, Verdicts> usual = new EnumMap<>(Channel.class);

    /** With what applies unless set. */
    public PatternGuard() {
        this(GuardSettings.defaults());
    }

    public PatternGuard(GuardSettings settings) {
        this(settings, Optional.empty());
    }

    /** @param entities finds names in whole texts that no user waits to see */
    public PatternGuard(GuardSettings settings, Optional<EntityRecognizer> entities) {
        this.settings = settings;
        this.entities = entities;
        this.rules = RuleSet.of(settings);
        for (GuardContext.Direction direction : GuardContext.Direction.values()) {
            GuardContext context = GuardContext.of(direction);
            usual.put(Channel.of(context), new Verdicts(settings, rules, context, pseudonyms));
        }
    }

    /** What this guard goes by. */
    public GuardSettings settings() {
        return settings;
    }

    /** The same path as {@link #stream}, so the two cannot differ but for what a recogniser of names finds on ways that are never streamed. */
    @Override
    public GuardResult inspect(String text, GuardContext context) {
        GuardStream stream = entities.isPresent() && isBatch(context)
                ? new MaskingStream(rules, verdicts(context), entities(entities.get(), text))
                : stream(context);
        String first = stream.push(text);
        String rest = stream.finish();
        GuardResult result = GuardResult.of(rest.isEmpty() ? first : first + rest, stream.findings());
        return stream.blocked() ? result.asBlocked() : result;
    }

    @Override
    public GuardStream stream(GuardContext context) {
        Verdicts verdicts = verdicts(context);
        return verdicts.passesAll() ? new PassingStream() : new MaskingStream(rules, verdicts);
    }

    /** Ways that whole texts go. */
    private static boolean isBatch(GuardContext context) {
        return switch (context.direction()) {
            case TO_REMOTE_MODEL, TO_LOG, TO_STORE -> true;
            default -> false;
        };
    }

    private static List<GuardFinding> entities(EntityRecognizer recognizer, String text) {
        try {
            return recognizer.recognize(text).stream()
                    .map(entity -> GuardFinding.of(entity.type(), entity.start(), entity.end(), recognizer.id()))
                    .toList();
        } catch (RuntimeException e) {
            log.warn(
                    "The recogniser {} failed with {}; the text is guarded by the rules alone",
                    recognizer.id(),
                    e.getClass().getName());
            return List.of();
        }
    }

    private Verdicts verdicts(GuardContext context) {
        Verdicts known = usual.get(Channel.of(context));
        boolean plain =
                context.conversation().isEmpty() && context.allowedTypes().isEmpty();
        return plain && known != null ? known : new Verdicts(settings, rules, context, pseudonyms);
    }

    @Override
    public String restore(String text, GuardContext context) {
        return context.conversation().map(id -> pseudonyms.restored(id, text)).orElse(text);
    }

    /** Forgets the values that have names in conversations of this user. */
    public void forget(String user) {
        pseudonyms.forget(user + "/");
    }

    @Override
    public GuardStream restoring(GuardContext context) {
        return new RestoringStream(text -> restore(text, context));
    }
}
