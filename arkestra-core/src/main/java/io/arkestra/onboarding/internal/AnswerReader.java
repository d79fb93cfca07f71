package io.arkestra.onboarding.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.offline.internal.RuleJunior;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.schedule.grammar.internal.DateGrammar;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads answers to the questions, in English and Russian, whichever of them was asked in. Thread-safe. */
final class AnswerReader {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    private static final int MOST_NAME_WORDS = 4;

    private static final Pattern SKIP = whole(
            "(?:skip|pass|next)(?:,? (?:it|this|that|one|question|please))*|don'?t care|whatever|doesn'?t matter|no matter|no answer"
                    + "|пропусти(?:ть|м|те)?(?:,? (?:это|вопрос|пожалуйста))*|дальше|далее|следующий(?: вопрос)?|не ?важно|все равно|без разницы|не знаю");
    private static final Pattern NOTHING = whole(
            "(?:no|none|nothing|nope|nothing (?:special|yet)|not really|not yet|no goals|no boundaries|нет|ничего|никаких|нету|пока нет|ничего такого)");
    private static final Pattern LATER = whole(
            "(?:stop|later|not now|enough|cancel|quit|another time|maybe later|стоп|хватит|потом|позже|не сейчас|отмена|достаточно|в другой раз)"
                    + "(?:,? (?:please|thanks|пожалуйста|спасибо))*");
    private static final Pattern FAMILIAR =
            word("ты|тебе|тебя|familiar|informal|casual|first[- ]name(?: terms| basis)?|by (?:my )?first name");
    private static final Pattern FORMAL = word("вы|вам|вас|formal|formally|official|officially|официально");
    private static final Pattern TITLE =
            word("dr\\.?|mr\\.?|mrs\\.?|ms\\.?|prof\\.?|professor|doctor|sir|madam|доктор|профессор|господин|госпожа");
    private static final Pattern ANY_LANGUAGE = word(
            "any|auto|either|both|each|same|mine|my|любом|любой|каждого|каждом|том же|моём|моем|оба|обоих|автоматически");
    private static final Map<String, Pattern> TONES = tones();

    private final RuleJunior rules = new RuleJunior();
    private final DateGrammar grammar = DateGrammar.standard();

    private static Pattern whole(String words) {
        return Pattern.compile("(?:" + words + ")", FLAGS);
    }

    private static Pattern word(String words) {
        return Pattern.compile("(?<![\\p{L}\\p{N}])(?:" + words + ")(?![\\p{L}\\p{N}])", FLAGS);
    }

    private static Map<String, Pattern> tones() {
        Map<String, Pattern> tones = new LinkedHashMap<>();
        tones.put(
                "brief",
                word(
                        "brief(?:ly)?|short(?:ly|er)?|concise(?:ly)?|to the point|кратко|кратк\\p{L}+|коротк\\p{L}+|короче|лаконичн\\p{L}+"));
        tones.put(
                "detailed",
                word("detail(?:ed|s)?|thorough(?:ly)?|in depth|подробн\\p{L}+|детальн\\p{L}+|развернут\\p{L}+"));
        tones.put("informal", word("informal(?:ly)?|casual(?:ly)?|relaxed|неформальн\\p{L}+|попроще|проще"));
        tones.put(
                "formal",
                word("formal(?:ly)?|official(?:ly)?|polite(?:ly)?|официальн\\p{L}+|формальн\\p{L}+|вежлив\\p{L}+"));
        tones.put("playful", word("playful(?:ly)?|humou?r(?:ous)?|fun(?:ny)?|юмор\\p{L}*|весел\\p{L}+|шут\\p{L}+"));
        tones.put("serious", word("serious(?:ly)?|серьезн\\p{L}+"));
        return tones;
    }

    boolean skips(Step step, String answer) {
        String bare = bare(answer);
        return SKIP.matcher(bare).matches()
                || step.mayBeNothing() && NOTHING.matcher(bare).matches();
    }

    boolean putsOff(String answer) {
        return LATER.matcher(bare(answer)).matches();
    }

    private static String bare(String answer) {
        return answer.strip()
                .replaceAll("[\\s\\p{Punct}…]+$", "")
                .replace('ё', 'е')
                .replace('Ё', 'Е');
    }

    /**
     * The profile with the answer in it; empty when it is not understood.
     *
     * @throws InvalidInputException when it is understood but does not fit, too long for example
     */
    Optional<Json> read(Step step, Json profile, String answer, ZonedDateTime now) {
        JuniorReport report = rules.decide(answer, now);
        return switch (step) {
            case NAME -> name(report, answer).map(name -> ProfileFields.name(profile, name));
            case ADDRESS -> address(profile, answer);
            case LANGUAGE -> language(bare(answer)).map(language -> ProfileFields.language(profile, language));
            case ZONE -> zone(answer).map(zone -> ProfileFields.zone(profile, zone.getId()));
            case TONE -> Optional.of(tone(profile, answer));
            case GOALS -> Optional.of(ProfileFields.goal(profile, wish(report, "goal", answer)));
            case BOUNDARIES -> Optional.of(ProfileFields.boundary(profile, wish(report, "boundary", answer)));
        };
    }

    private static Optional<String> name(JuniorReport report, String answer) {
        if (report.intent() == Intent.SET_NAME) {
            return Optional.of(report.slot("name"));
        }
        String plain = answer.strip().replaceAll("^(?i:i'?m |i am |it'?s |just |я |это |просто )|[\\s.!,]+$", "");
        boolean nameLike = !plain.isEmpty() && !plain.endsWith("?") && plain.split("\\s+").length <= MOST_NAME_WORDS;
        return nameLike ? Optional.of(plain) : Optional.empty();
    }

    private static Optional<Json> address(Json profile, String answer) {
        Json changed = profile;
        // "Informal" is about the tone and familiar; "formal" in it must not count.
        if (FAMILIAR.matcher(answer).find()) {
            changed = ProfileFields.form(changed, ProfileFields.FAMILIAR);
        } else if (FORMAL.matcher(answer).find()) {
            changed = ProfileFields.form(changed, ProfileFields.FORMAL);
        }
        Matcher title = TITLE.matcher(answer);
        if (title.find()) {
            changed = ProfileFields.title(changed, title.group());
            if (changed.string(ProfileFields.FORM).isEmpty()) {
                changed = ProfileFields.form(changed, ProfileFields.FORMAL);
            }
        }
        return changed.equals(profile) ? Optional.empty() : Optional.of(changed);
    }

    private static Optional<String> language(String answer) {
        String folded = answer.toLowerCase(java.util.Locale.ROOT);
        boolean english = folded.contains("english") || folded.contains("англ");
        boolean russian = folded.contains("russian") || folded.contains("русск");
        if (english != russian) {
            return Optional.of(english ? "en" : "ru");
        }
        return english || ANY_LANGUAGE.matcher(folded).find() ? Optional.of("auto") : Optional.empty();
    }

    private Optional<ZoneId> zone(String answer) {
        String place = answer.strip()
                .replaceAll("^(?iu:i'?m |i am |i live |я |живу )?(?iu:in |at |в |из )?", "")
                .replaceAll("[\\s.!]+$", "");
        return grammar.parseZone(answer).or(() -> grammar.parseZone("time zone " + place));
    }

    private static Json tone(Json profile, String answer) {
        String folded = answer.replace('ё', 'е').replace('Ё', 'Е');
        Json changed = profile;
        for (Map.Entry<String, Pattern> tone : TONES.entrySet()) {
            if (tone.getValue().matcher(folded).find()) {
                changed = ProfileFields.tone(changed, tone.getKey());
            }
        }
        return changed.equals(profile) ? ProfileFields.tone(profile, answer) : changed;
    }

    /** What a sentence that rules understand is about, else the sentence. */
    private static String wish(JuniorReport report, String slot, String answer) {
        String told = report.intent() == Intent.SET_PROFILE ? report.slot(slot) : "";
        return told.isEmpty() ? answer : told;
    }
}
