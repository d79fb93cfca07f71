package io.arkestra.onboarding.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Onboarding;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.persona.internal.PersonaFile;
import io.arkestra.schedule.internal.TestStores;
import io.arkestra.store.DocStore;
import io.arkestra.testkit.ManualClock;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two conversations of a user, of which one knows a profile that the other has changed since. */
class OnboardingTalkTest {
    private static final UserId ANN = UserId.of("ann");

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");
    private final DocStore store = TestStores.inMemory(clock);
    private final PeopleStore people = new PeopleStore(store);

    @AfterEach
    void close() {
        store.close();
    }

    private OnboardingTalk talk(Onboarding.Mode mode) {
        return new OnboardingTalk(people, PersonaFile.shipped(), mode, clock);
    }

    @Test
    void reply_toAQuestionAnsweredMeanwhile_changesNothingAndAsksTheOpenOne() {
        OnboardingTalk talk = talk(Onboarding.Mode.REQUIRED);
        talk.of(ANN).begin(Locale.ENGLISH);
        Json seen = people.profile(ANN);
        talk.reply(ANN, seen, "Ann", Locale.ENGLISH);
        Json answered = people.profile(ANN);

        String reply = talk.reply(ANN, seen, "formal", Locale.ENGLISH).orElseThrow();

        assertTrue(reply.contains("familiar or formal"), reply);
        assertEquals(answered, people.profile(ANN));
        assertEquals(Optional.of("Ann"), answered.string(ProfileFields.NAME));
    }

    @Test
    void reply_afterTheQuestionsEndedMeanwhile_leavesTheMessageToTheConversation() {
        OnboardingTalk talk = talk(Onboarding.Mode.OFFERED);
        talk.of(ANN).begin(Locale.ENGLISH);
        Json seen = people.profile(ANN);
        talk.of(ANN).answer("later");
        Json put = people.profile(ANN);

        assertEquals(Optional.empty(), talk.reply(ANN, seen, "Remember that my car is red", Locale.ENGLISH));
        assertEquals(put, people.profile(ANN));
    }

    @Test
    void reply_whenEverythingRequiredWasAnsweredMeanwhile_leavesTheMessageToTheConversation() {
        OnboardingTalk talk = talk(Onboarding.Mode.REQUIRED);
        Json seen = people.profile(ANN);
        talk.of(ANN).begin(Locale.ENGLISH);
        while (talk.of(ANN).isAsking()) {
            talk.of(ANN).answer("skip");
        }

        assertEquals(Optional.empty(), talk.reply(ANN, seen, "Hello", Locale.ENGLISH));
    }

    @Test
    void offer_madeByAnotherConversation_isNotMadeAgain() {
        OnboardingTalk talk = talk(Onboarding.Mode.OFFERED);
        Json seen = people.profile(ANN);

        assertTrue(talk.offer(ANN, seen, Locale.ENGLISH).isPresent());
        assertEquals(Optional.empty(), talk.offer(ANN, seen, Locale.ENGLISH));
    }
}
