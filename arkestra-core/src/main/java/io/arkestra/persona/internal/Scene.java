package io.arkestra.persona.internal;

import io.arkestra.common.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that is known about a message before anybody was asked.
 *
 * @param prompts the language that the conversation's prompts are written in
 * @param env the moment
 * @param state what earlier conversations left
 * @param person the user's stored profile
 * @param brief what surrounds the conversation
 * @param adapt for whom or how to put this one answer; empty for nothing
 */
public record Scene(
        Locale prompts, PromptBlocks.Env env, PromptBlocks.State state, Json person, EnvBrief brief, String adapt) {
    /** A scene of which no more is known than the moment and the state. */
    public static Scene of(PromptBlocks.Env env, PromptBlocks.State state) {
        return new Scene(env.language(), env, state, Json.emptyObject(), EnvBrief.NONE, "");
    }

    /**
     * What surrounds a conversation. Data for prompts, never instructions.
     *
     * @param channel through which channel the message came
     * @param participants who takes part besides the user and the assistant
     * @param facts what the host tells about the surroundings, by name
     * @param topics what the user's latest messages were about, the most frequent first
     * @param upcoming what the user is to be reminded of soon, the next first
     */
    public record EnvBrief(
            String channel,
            List<String> participants,
            Map<String, String> facts,
            List<String> topics,
            List<Upcoming> upcoming) {
        /** Nothing known. */
        public static final EnvBrief NONE = new EnvBrief("", List.of(), Map.of(), List.of(), List.of());

        private static final int MOST_IN_SHORT = 5;
        private static final int LONGEST_IN_SHORT = 80;

        /**
         * An event to come.
         *
         * @param at date and time in the user's zone
         * @param text what it is
         */
        public record Upcoming(String at, String text) {}

        public EnvBrief {
            participants = List.copyOf(participants);
            facts = Map.copyOf(facts);
            topics = List.copyOf(topics);
            upcoming = List.copyOf(upcoming);
        }

        /** The short form: what a message may be about. */
        EnvBrief shortened() {
            Map<String, String> few = new TreeMap<>();
            new TreeMap<>(facts)
                    .entrySet().stream()
                            .limit(MOST_IN_SHORT)
                            .forEach(fact -> few.put(
                                    fact.getKey(),
                                    fact.getValue().length() <= LONGEST_IN_SHORT
                                            ? fact.getValue()
                                            : fact.getValue().substring(0, cut(fact.getValue())) + "…"));
            return new EnvBrief(
                    channel,
                    participants.stream().limit(MOST_IN_SHORT).toList(),
                    few,
                    topics.stream().limit(MOST_IN_SHORT).toList(),
                    upcoming.stream().limit(MOST_IN_SHORT).toList());
        }

        private static int cut(String text) {
            return Character.isHighSurrogate(text.charAt(LONGEST_IN_SHORT - 1))
                    ? LONGEST_IN_SHORT - 1
                    : LONGEST_IN_SHORT;
        }

        /** Only what there is, in an order that does not change by itself. */
        public Json toJson() {
            Json.ObjectBuilder block = Json.object();
            if (!channel.isEmpty()) {
                block.put("channel", channel);
            }
            if (!participants.isEmpty()) {
                block.put("participants", Json.strings(participants));
            }
            if (!facts.isEmpty()) {
                Json.ObjectBuilder members = Json.object();
                facts.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .forEach(fact -> members.put(fact.getKey(), fact.getValue()));
                block.put("facts", members.build());
            }
            if (!topics.isEmpty()) {
                block.put("topics", Json.strings(topics));
            }
            if (!upcoming.isEmpty()) {
                block.put(
                        "upcoming",
                        Json.array(upcoming.stream()
                                .map(event -> Json.object()
                                        .put("at", event.at())
                                        .put("text", event.text())
                                        .build())
                                .toList()));
            }
            return block.build();
        }
    }
}
