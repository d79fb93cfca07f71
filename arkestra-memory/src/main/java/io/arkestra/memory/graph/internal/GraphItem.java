package io.arkestra.memory.graph.internal;

import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.record.internal.FactRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What one message or memory says for the graph.
 *
 * @param key {@code m:} or {@code k:} and the id
 * @param session what came up together with it: a session, or the item itself
 * @param at when it was said
 * @param mentions each node once
 * @param link what a fact ties together
 * @param validFrom since when the fact is so
 * @param validTo until when it was so
 */
record GraphItem(
        String key,
        String session,
        Instant at,
        List<Mention> mentions,
        Optional<FactLink> link,
        Instant validFrom,
        Optional<Instant> validTo) {

    private static final Pattern ZONE = Pattern.compile(
            "\\b(?:time ?zone|utc|gmt|часовой пояс|часового пояса|(?:моя|мою|моей|моем|наша) зон[ауеы])\\b",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    static String key(Message message) {
        return messageKey(message.id());
    }

    static String messageKey(String id) {
        return "m:" + id;
    }

    static String memoryKey(String id) {
        return "k:" + id;
    }

    /** Only the user's own words tell what the user's life is about, and only what they tell: whom they ask about may be anybody. */
    static Optional<GraphItem> of(Message message) {
        if (message.origin() != Origin.USER) {
            return Optional.empty();
        }
        List<Mention> mentions = distinct(NameSpans.find(told(message.text())));
        return mentions.isEmpty()
                ? Optional.empty()
                : Optional.of(new GraphItem(
                        key(message),
                        "s:" + message.session().value(),
                        message.at(),
                        mentions,
                        Optional.empty(),
                        message.at(),
                        Optional.empty()));
    }

    /** The sentences that neither ask nor set a clock. */
    private static String told(String text) {
        return FactRules.sentences(text).stream()
                .filter(sentence ->
                        !FactRules.asks(sentence) && !ZONE.matcher(sentence).find())
                .collect(Collectors.joining(" "));
    }

    static Optional<GraphItem> of(MemoryRecord memory) {
        if (memory.origin() != Origin.USER || memory.kind() == MemoryKind.SUMMARY) {
            return Optional.empty();
        }
        Optional<FactLink> link = memory.statement().flatMap(FactLink::of);
        List<Mention> mentions = new ArrayList<>();
        link.ifPresent(fact -> {
            mentions.add(fact.value());
            mentions.add(fact.subject());
        });
        mentions.addAll(NameSpans.find(memory.text()));
        if (mentions.isEmpty()) {
            return Optional.empty();
        }
        boolean ended =
                memory.statement().filter(statement -> statement.isEnded()).isPresent();
        Optional<Instant> until = memory.validTo().isPresent()
                ? memory.validTo()
                : ended ? Optional.of(memory.validFrom()) : Optional.empty();
        String key = memoryKey(memory.id());
        return Optional.of(new GraphItem(key, key, memory.at(), distinct(mentions), link, memory.validFrom(), until));
    }

    /** Each node once: as the first mention says, which is a fact's when there is one, but strong when any is. */
    private static List<Mention> distinct(List<Mention> mentions) {
        Map<String, Mention> byNode = new LinkedHashMap<>();
        for (Mention mention : mentions) {
            byNode.merge(mention.node(), mention, (first, later) -> {
                Mention surer = later.weight() > first.weight() ? later : first;
                return new Mention(first.name(), surer.type(), surer.weight(), first.strong() || later.strong());
            });
        }
        return List.copyOf(byNode.values());
    }
}
