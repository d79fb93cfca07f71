package io.arkestra.persona.internal;

import io.arkestra.common.Json;
import io.arkestra.learning.internal.ToolHints;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.UserState;
import io.arkestra.text.internal.Language;
import io.arkestra.text.internal.SameWords;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The data blocks that go before the user's words: what language models read as JSON and the offline rules as values. One place for
 * writing and reading their form.
 */
public final class PromptBlocks {
    public static final String ENV = "env";
    public static final String JUNIOR = "junior";
    public static final String RECALL = "recall";
    public static final String STATE = "state";
    public static final String STYLE = "style";
    /** What the user told about themselves. */
    public static final String PROFILE = "profile";
    /** What surrounds the conversation. */
    public static final String SITUATION = "situation";
    /** Tools that this message needs besides those in the rules. */
    public static final String TOOLS = "tools";
    /** How to put this one answer. */
    public static final String ADAPT = "adapt";
    /** What the conversation no longer holds. */
    public static final String EARLIER = "earlier";
    /** What was asked and answered, for the critic. */
    public static final String EXCHANGE = "exchange";
    /** What the critic found. */
    public static final String CRITIC = "critic";

    private static final int LONGEST_SUMMARY = 800;
    private static final int LONGEST_MENTION = 40;
    private static final int MOST_IN_SHORT = 3;

    private PromptBlocks() {}

    /**
     * The situation.
     *
     * @param now the moment in the user's zone
     * @param language the language to answer in, marked when the user is said ты to ({@link Language#familiar})
     * @param name what the user wants to be called here
     * @param notice whether to say that no language model is configured
     */
    public record Env(
            ZonedDateTime now, Locale language, @Nullable String name, boolean notice) {
        public Json toJson() {
            return Json.object()
                    .put("now", now.toOffsetDateTime().toString())
                    .put("zone", now.getZone().getId())
                    .put("language", language.getLanguage())
                    .putIfPresent("address", Language.isFamiliar(language) ? Optional.of("familiar") : Optional.empty())
                    .putIfPresent("name", Optional.ofNullable(name))
                    .put("notice", notice)
                    .build();
        }

        /** What a message is understood by: time, zone and language, without the name. */
        public Json situation() {
            return Json.object()
                    .put("now", now.toOffsetDateTime().toString())
                    .put("zone", now.getZone().getId())
                    .put("language", language.getLanguage())
                    .build();
        }

        public static Env from(Json json) {
            Locale language = Locale.forLanguageTag(json.text("language"));
            return new Env(
                    java.time.OffsetDateTime.parse(json.text("now"))
                            .atZoneSameInstant(java.time.ZoneId.of(json.text("zone"))),
                    json.string("address").isPresent() ? Language.familiar(language) : language,
                    json.string("name").orElse(null),
                    json.bool("notice").orElse(false));
        }
    }

    /**
     * What is known about the user from conversations before this one.
     *
     * @param opening whether this message opens a conversation
     * @param portrait the user's portrait; may be empty
     */
    public record State(boolean opening, UserState portrait) {
        /** Nothing known. */
        public static final State NONE = new State(false, UserState.empty());

        private static final Pattern PARTS = Pattern.compile("[,;]| and | or | и | или ");

        /** Only what there is, so that a prompt does not grow for nothing. */
        public Json toJson() {
            Json.ObjectBuilder block = Json.object().put("opening", opening);
            if (!portrait.lastSummary().isEmpty()) {
                block.put("lastSummary", shorten(portrait.lastSummary(), LONGEST_SUMMARY));
            }
            put(block, "goals", portrait.goals());
            put(block, "moods", portrait.moods());
            put(block, "preferences", portrait.preferences());
            put(block, "pending", portrait.pending());
            return block.build();
        }

        /** The short form: what the user likes and works towards, the newest few. */
        Json toShortJson() {
            Json.ObjectBuilder block = Json.object();
            put(block, "goals", portrait.goals().stream().limit(MOST_IN_SHORT).toList());
            put(
                    block,
                    "preferences",
                    portrait.preferences().stream().limit(MOST_IN_SHORT).toList());
            return block.build();
        }

        private static void put(Json.ObjectBuilder block, String key, List<String> texts) {
            if (!texts.isEmpty()) {
                block.put(key, Json.strings(texts));
            }
        }

        public static State from(Json json) {
            return new State(
                    json.bool("opening").orElse(false),
                    UserState.of(
                            json.string("lastSummary").orElse(""),
                            texts(json, "goals"),
                            texts(json, "moods"),
                            texts(json, "preferences"),
                            texts(json, "pending"),
                            Optional.empty()));
        }

        /** Without what is pending but touches a boundary of the profile: nobody may be greeted with it. */
        public State within(Json profile) {
            List<String> boundaries = texts(profile, "boundaries");
            if (boundaries.isEmpty()) {
                return this;
            }
            List<String> pending = portrait.pending().stream()
                    .filter(text -> boundaries.stream()
                            .flatMap(PARTS::splitAsStream)
                            .noneMatch(part -> SameWords.allIn(part, text)))
                    .toList();
            return new State(
                    opening,
                    UserState.of(
                            portrait.lastSummary(),
                            portrait.goals(),
                            portrait.moods(),
                            portrait.preferences(),
                            pending,
                            portrait.updatedAt()));
        }

        private static List<String> texts(Json json, String key) {
            return json.list(key).stream().map(Json::asString).toList();
        }
    }

    /**
     * How the answer is to sound.
     *
     * @param mood what the mood adds, in words
     * @param preferred what the user has liked best; may be empty
     * @param hints what is done with hints at tools
     */
    public record Style(List<String> mood, String preferred, ToolHints hints) {
        /** Nothing special. */
        public static final Style NONE = new Style(List.of(), "", ToolHints.AS_IS);

        public Style {
            mood = List.copyOf(mood);
        }

        /** Only what there is; an empty object when nothing is special. */
        public Json toJson() {
            Json.ObjectBuilder block = Json.object();
            if (!mood.isEmpty()) {
                block.put("mood", Json.strings(mood));
            }
            if (!preferred.isEmpty()) {
                block.put("preferred", preferred);
            }
            if (hints == ToolHints.URGED) {
                block.put("tools", "hinted first");
            }
            return block.build();
        }
    }

    /**
     * A recalled passage as prompts carry it.
     *
     * @param id id of the message or memory
     * @param kind message, fact or note
     * @param speaker who said it
     * @param own whether the user said it
     * @param at when
     * @param text the words
     * @param coverage share of the question's words that it holds, 0 to 1
     * @param asked whether it is a fact about just what the question asks for
     * @param former whether it was replaced and the question asks for what was so before
     * @param near whether it may answer by its meaning alone
     * @param until until when it was so; null while it holds
     */
    public record Quote(
            String id,
            String kind,
            String speaker,
            boolean own,
            Instant at,
            String text,
            double coverage,
            boolean asked,
            boolean former,
            boolean near,
            @Nullable Instant until) {
        static Quote of(Passage passage) {
            return new Quote(
                    passage.id(),
                    passage.kind().name().toLowerCase(Locale.ROOT),
                    passage.speaker(),
                    passage.origin() == io.arkestra.memory.Origin.USER,
                    passage.at(),
                    passage.text(),
                    passage.scoreParts().getOrDefault("coverage", 1.0),
                    passage.scoreParts().getOrDefault("asked", 0.0) > 0,
                    passage.scoreParts().getOrDefault("former", 0.0) > 0,
                    passage.scoreParts().getOrDefault("near", 0.0) > 0,
                    passage.until().orElse(null));
        }

        Json toJson() {
            Json.ObjectBuilder json = Json.object()
                    .put("id", id)
                    .put("kind", kind)
                    .put("speaker", speaker)
                    .put("own", own)
                    .put("at", at)
                    .put("text", text)
                    .put("coverage", Math.round(coverage * 1000) / 1000.0);
            if (asked) {
                json.put("asked", true);
            }
            if (former) {
                json.put("former", true);
            }
            if (near) {
                json.put("near", true);
            }
            return json.putIfPresent("until", Optional.ofNullable(until).map(Instant::toString))
                    .build();
        }

        static Quote from(Json json) {
            return new Quote(
                    json.text("id"),
                    json.text("kind"),
                    json.text("speaker"),
                    json.bool("own").orElse(false),
                    json.instant("at").orElse(Instant.EPOCH),
                    json.text("text"),
                    json.decimal("coverage").map(Number::doubleValue).orElse(0.0),
                    json.bool("asked").orElse(false),
                    json.bool("former").orElse(false),
                    json.bool("near").orElse(false),
                    json.instant("until").orElse(null));
        }
    }

    /**
     * @param shown ids of passages that the conversation above already holds: they are named, not quoted once more
     */
    public static Json recall(Recall recall, Set<String> shown) {
        Json.ObjectBuilder block = Json.object()
                .put(
                        "passages",
                        Json.array(recall.passages().stream()
                                .filter(passage -> !shown.contains(passage.id()))
                                .map(passage -> Quote.of(passage).toJson())
                                .toList()))
                .put("notes", Json.strings(recall.notes()));
        List<Json> again = recall.passages().stream()
                .filter(passage -> shown.contains(passage.id()))
                .map(PromptBlocks::mention)
                .toList();
        return again.isEmpty()
                ? block.build()
                : block.put("again", Json.array(again)).build();
    }

    private static Json mention(Passage passage) {
        return Json.object()
                .put("id", passage.id())
                .put("begins", shorten(passage.text(), LONGEST_MENTION))
                .build();
    }

    private static String shorten(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
        return text.substring(0, end) + "…";
    }

    /** What limited the recall. */
    public static List<String> notes(Json recall) {
        return recall.list("notes").stream().map(Json::asString).toList();
    }

    public static List<Quote> quotes(Json recall) {
        return recall.list("passages").stream().map(Quote::from).toList();
    }
}
