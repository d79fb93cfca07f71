package io.arkestra.turn.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a user's latest messages have in common: words that come again, whatever their endings. Deterministic. */
final class ActiveTopics {
    private static final int MOST = 5;
    private static final int SHORTEST = 4;
    private static final int STEM = 5;
    private static final Set<String> COMMON = Set.of(
            "that",
            "this",
            "what",
            "when",
            "where",
            "which",
            "with",
            "from",
            "have",
            "about",
            "there",
            "their",
            "they",
            "would",
            "could",
            "should",
            "will",
            "been",
            "were",
            "your",
            "please",
            "thanks",
            "thank",
            "remember",
            "remind",
            "tell",
            "know",
            "want",
            "need",
            "like",
            "today",
            "tomorrow",
            "yesterday",
            "also",
            "just",
            "some",
            "does",
            "hello",
            "note",
            "call",
            "much",
            "many",
            "then",
            "than",
            "very",
            "make",
            "again",
            "really",
            "live",
            "меня",
            "тебя",
            "мне",
            "тебе",
            "если",
            "чтобы",
            "когда",
            "какой",
            "какая",
            "какие",
            "какое",
            "этот",
            "этого",
            "есть",
            "было",
            "была",
            "были",
            "буду",
            "будет",
            "можно",
            "нужно",
            "надо",
            "очень",
            "тоже",
            "еще",
            "потом",
            "сегодня",
            "завтра",
            "вчера",
            "пожалуйста",
            "спасибо",
            "запомни",
            "напомни",
            "заметка",
            "хочу",
            "знаю",
            "привет",
            "сейчас",
            "только",
            "снова",
            "почему",
            "зачем",
            "сколько",
            "говорил",
            "сказал",
            "скажи");

    private record Topic(String word, int messages, int latest) {}

    private ActiveTopics() {}

    /** @param messages the user's, oldest first */
    static List<String> of(List<String> messages) {
        Map<String, Topic> topics = new LinkedHashMap<>();
        for (int i = 0; i < messages.size(); i++) {
            Set<String> counted = new HashSet<>();
            for (String word : messages.get(i).toLowerCase(Locale.ROOT).split("[^\\p{L}]+")) {
                String plain = word.replace('ё', 'е');
                if (plain.length() < SHORTEST || COMMON.contains(plain)) {
                    continue;
                }
                String stem = plain.substring(0, Math.min(plain.length(), STEM));
                if (counted.add(stem)) {
                    Topic known = topics.get(stem);
                    topics.put(stem, new Topic(word, known == null ? 1 : known.messages() + 1, i));
                }
            }
        }
        List<Topic> again = new ArrayList<>(
                topics.values().stream().filter(topic -> topic.messages() > 1).toList());
        again.sort(Comparator.comparingInt(Topic::messages)
                .thenComparingInt(Topic::latest)
                .reversed()
                .thenComparing(Topic::word));
        return again.stream().limit(MOST).map(Topic::word).toList();
    }
}
