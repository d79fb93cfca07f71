package io.arkestra.onboarding.internal;

import io.arkestra.Onboarding;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.persona.internal.PersonaFile;
import io.arkestra.text.internal.Language;
import io.arkestra.text.internal.Phrasebook;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Asks a user the questions of the persona, one at a time. How far it has come stands in the profile and changes together with what was
 * answered. Thread-safe.
 */
public final class OnboardingTalk {
    private static final Pattern WANTED = Pattern.compile(
            "(?:let'?s |let us )?(?:get acquainted|get to know (?:each other|me))|(?:please )?ask me (?:your )?(?:the )?(?:onboarding )?questions|onboard me"
                    + "|(?:давай(?:те)? )?(?:по)?знакоми(?:ться|мся)|задай(?:те)? (?:мне )?(?:свои )?вопросы(?: обо мне)?",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private final PeopleStore people;
    private final Questions questions;
    private final Onboarding.Mode mode;
    private final Clock clock;
    private final AnswerReader reader = new AnswerReader();

    public OnboardingTalk(PeopleStore people, PersonaFile persona, Onboarding.Mode mode, Clock clock) {
        this.people = people;
        this.questions = Questions.of(persona);
        this.mode = mode;
        this.clock = clock;
    }

    /** The facade for one user. */
    public Onboarding of(UserId user) {
        return new Onboarding() {
            @Override
            public boolean isAsking() {
                return Progress.of(people.profile(user)).asking();
            }

            @Override
            public boolean isDone() {
                return next(people.profile(user)).isEmpty();
            }

            @Override
            public String begin(Locale language) {
                return told(user, profile -> begun(profile, language));
            }

            @Override
            public String answer(String text) {
                return told(user, profile -> answered(profile, text));
            }

            @Override
            public String restart(Locale language) {
                return told(
                        user,
                        profile -> asked(
                                Progress.NONE.restarted().in(language).into(profile), "", Phrasebook.of(language)));
            }
        };
    }

    /**
     * What to say to a message in a conversation; empty when it is to be answered as any other. Another conversation of the user may go on
     * with the questions meanwhile: a message answers none but the question that was open when it came.
     *
     * @param profile the user's, as it was when the message came
     * @param language to ask in when this begins
     */
    public Optional<String> reply(UserId user, Json profile, String message, Locale language) {
        if (Progress.of(profile).asking()) {
            Optional<Step> seen = next(profile);
            return said(
                    user,
                    now -> Progress.of(now).asking() && next(now).equals(seen)
                            ? answered(now, message)
                            : repeated(now));
        }
        boolean wanted = mode == Onboarding.Mode.OFFERED
                && WANTED.matcher(message.strip().replaceAll("[\\s\\p{Punct}…]+$", ""))
                        .matches();
        boolean must = mode == Onboarding.Mode.REQUIRED && next(profile).isPresent();
        return wanted || must
                ? said(user, now -> wanted || next(now).isPresent() ? begun(now, language) : Told.nothing(now))
                : Optional.empty();
    }

    /** The offer that goes behind an answer: once for each user of whom nothing was asked yet. */
    public Optional<String> offer(UserId user, Json profile, Locale language) {
        if (mode != Onboarding.Mode.OFFERED || !offers(profile)) {
            return Optional.empty();
        }
        String text = Phrasebook.of(language).say("onboard.offer");
        return said(
                user,
                now -> offers(now) ? new Told(Progress.of(now).afterOffer().into(now), text) : Told.nothing(now));
    }

    private boolean offers(Json profile) {
        return !Progress.of(profile).offered() && next(profile).isPresent();
    }

    /** A profile and what to say; an empty text when there is nothing to say. */
    private record Told(Json profile, String text) {
        static Told nothing(Json profile) {
            return new Told(profile, "");
        }
    }

    private Optional<String> said(UserId user, Function<Json, Told> change) {
        return Optional.of(told(user, change)).filter(text -> !text.isEmpty());
    }

    private String told(UserId user, Function<Json, Told> change) {
        List<String> said = new ArrayList<>();
        people.change(user, profile -> {
            Told told = change.apply(profile);
            said.clear();
            said.add(told.text());
            return told.profile();
        });
        return said.get(0);
    }

    private Optional<Step> next(Json profile) {
        Progress progress = Progress.of(profile);
        return questions.steps().stream()
                .filter(step -> !progress.passed().contains(step.key()))
                .filter(step -> progress.again() || !step.isKnown(profile))
                .findFirst();
    }

    private Told begun(Json profile, Locale language) {
        Json ready = Progress.of(profile).in(language).into(profile);
        Phrasebook say = say(ready);
        return next(ready).isEmpty()
                ? new Told(profile, say.say("onboard.known"))
                : asked(ready, say.say("onboard.hint") + "\n", say);
    }

    /** The next question, or the end. */
    private Told asked(Json profile, String before, Phrasebook say) {
        Optional<Step> next = next(profile);
        Json changed = Progress.of(profile).asking(next.isPresent()).into(profile);
        return new Told(
                changed,
                before
                        + next.map(step -> questions.text(step, language(profile)))
                                .orElseGet(() -> say.say("onboard.done")));
    }

    /** The question that is open now, for a message that came before it was asked. */
    private Told repeated(Json profile) {
        return Progress.of(profile).asking() ? asked(profile, "", say(profile)) : Told.nothing(profile);
    }

    private Told answered(Json profile, String answer) {
        Phrasebook say = say(profile);
        Optional<Step> step = next(profile);
        if (step.isEmpty()) {
            return asked(profile, "", say);
        }
        if (reader.putsOff(answer)) {
            return mode == Onboarding.Mode.REQUIRED
                    ? new Told(
                            profile, say.say("onboard.required") + "\n" + questions.text(step.get(), language(profile)))
                    : new Told(Progress.of(profile).asking(false).into(profile), say.say("onboard.later"));
        }
        if (reader.skips(step.get(), answer)) {
            return passed(profile, step.get());
        }
        try {
            Optional<Json> read = reader.read(step.get(), profile, answer, ZonedDateTime.now(clock));
            return read.isPresent() ? passed(read.get(), step.get()) : again(profile, step.get(), say);
        } catch (InvalidInputException e) {
            return again(profile, step.get(), say);
        }
    }

    private Told passed(Json profile, Step step) {
        Json changed = Progress.of(profile).past(step.key()).into(profile);
        return asked(changed, "", say(changed));
    }

    private Told again(Json profile, Step step, Phrasebook say) {
        return new Told(profile, say.say("onboard.again") + "\n" + questions.text(step, language(profile)));
    }

    private static Phrasebook say(Json profile) {
        Locale language = language(profile);
        return Phrasebook.of(ProfileFields.isFamiliar(profile) ? Language.familiar(language) : language);
    }

    /** The one that the user has chosen, else the one in which it began: an answer such as "UTC+3" does not change it. */
    private static Locale language(Json profile) {
        return ProfileFields.wantedLanguage(profile)
                .orElseGet(() -> Locale.forLanguageTag(Progress.of(profile).language()));
    }
}
