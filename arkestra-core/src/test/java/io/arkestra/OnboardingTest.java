package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Getting to know a user. */
@Timeout(120)
class OnboardingTest {
    private static final UserId ANN = UserId.of("ann");

    @TempDir
    Path home;

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");

    private Arkestra open(Onboarding.Mode mode) {
        return Arkestra.builder()
                .home(home)
                .clock(clock)
                .memory(memory -> memory.lexicalOnly())
                .onboarding(mode)
                .build();
    }

    private static String say(Arkestra arkestra, String message) {
        return arkestra.session(ANN).ask(message).text();
    }

    private static void asks(String words, String reply) {
        assertTrue(reply.contains(words), reply);
    }

    @Test
    void required_inEnglish_asksOneByOneAndKeepsWhatIsAnswered() {
        try (Arkestra arkestra = open(Onboarding.Mode.REQUIRED)) {
            asks("What shall I call you?", say(arkestra, "Remember that my car is red"));
            asks("familiar or formal", say(arkestra, "My name is Ann Smith"));
            asks("Which language", say(arkestra, "Formal please, Dr."));
            asks("time zone", say(arkestra, "English"));
            asks("did not understand", say(arkestra, "at the seaside"));
            asks("How shall I sound", say(arkestra, "Berlin"));
            asks("working towards", say(arkestra, "short and serious"));
            asks("not bring up", say(arkestra, "I want to learn Estonian"));
            asks("that is all", say(arkestra, "Don't talk about my divorce"));

            Profile profile = arkestra.profile(ANN);
            assertEquals(Optional.of("Ann Smith"), profile.name());
            assertEquals(Optional.of(Profile.Address.FORMAL), profile.address());
            assertEquals(Optional.of("Dr."), profile.title());
            assertEquals(Optional.of(Locale.ENGLISH), profile.language());
            assertEquals(ZoneId.of("Europe/Berlin"), profile.zone());
            assertEquals(List.of("brief", "serious"), profile.tone());
            assertEquals(List.of("I want to learn Estonian"), profile.goals());
            assertEquals(List.of("my divorce"), profile.boundaries());
            asks("Hello, Dr. Ann Smith", say(arkestra, "Hello"));
        }
    }

    @Test
    void required_inRussian_asksInRussianWhateverTheAnswersLookLike() {
        try (Arkestra arkestra = open(Onboarding.Mode.REQUIRED)) {
            asks("Как мне вас называть?", say(arkestra, "Привет"));
            asks("на «ты» или на «вы»", say(arkestra, "Max"));
            asks("На каком языке", say(arkestra, "на ты"));
            asks("часовом поясе", say(arkestra, "на языке каждого сообщения"));
            asks("кратко или подробно", say(arkestra, "UTC+3"));
            asks("К чему вы стремитесь", say(arkestra, "подробно и с юмором"));
            asks("не стоит касаться", say(arkestra, "пропустить"));
            asks("это всё", say(arkestra, "нет"));

            Profile profile = arkestra.profile(ANN);
            assertEquals(Optional.of("Max"), profile.name());
            assertEquals(Optional.of(Profile.Address.FAMILIAR), profile.address());
            assertEquals(Optional.empty(), profile.language());
            assertEquals(ZoneId.of("+03:00"), profile.zone());
            assertEquals(List.of("detailed", "playful"), profile.tone());
            assertEquals(List.of(), profile.goals());
            assertEquals(List.of(), profile.boundaries());
            asks("Привет, Max", say(arkestra, "Привет"));
        }
    }

    @Test
    void required_thatIsPutOff_insistsButLetsEverythingBeSkipped() {
        try (Arkestra arkestra = open(Onboarding.Mode.REQUIRED)) {
            say(arkestra, "Hello");
            String reply = say(arkestra, "later");
            asks("come first here", reply);
            asks("What shall I call you?", reply);
            for (int i = 0; i < 6; i++) {
                say(arkestra, "skip");
            }
            asks("that is all", say(arkestra, "skip"));
            assertTrue(arkestra.people().onboarding(ANN).isDone());
            assertFalse(arkestra.people().onboarding(ANN).isAsking());
            asks("Hello!", say(arkestra, "Hello"));
        }
    }

    @Test
    void required_cutOffByARestart_goesOnWhereItStopped() {
        try (Arkestra arkestra = open(Onboarding.Mode.REQUIRED)) {
            say(arkestra, "Hello");
            asks("familiar or formal", say(arkestra, "Ann"));
        }
        try (Arkestra arkestra = open(Onboarding.Mode.REQUIRED)) {
            assertTrue(arkestra.people().onboarding(ANN).isAsking());
            asks("Which language", say(arkestra, "familiar"));
            assertEquals(Optional.of("Ann"), arkestra.profile(ANN).name());
            assertEquals(
                    Optional.of(Profile.Address.FAMILIAR), arkestra.profile(ANN).address());
        }
    }

    @Test
    void offered_once_beginsWhenTheUserWantsItAndCanBePutOff() {
        try (Arkestra arkestra = open(Onboarding.Mode.OFFERED)) {
            asks("let's get acquainted", say(arkestra, "Hello"));
            assertFalse(say(arkestra, "Hello").contains("acquainted"));
            asks("What shall I call you?", say(arkestra, "Let's get acquainted!"));
            say(arkestra, "Ann");
            asks("another time", say(arkestra, "later, thanks"));
            asks("Hello, Ann!", say(arkestra, "Hello"));
            String resumed = say(arkestra, "давай познакомимся");
            asks("на «ты» или на «вы»", resumed);
        }
    }

    @Test
    void off_neverAsksByItself_butTheHostMay() {
        try (Arkestra arkestra = open(Onboarding.Mode.OFF)) {
            assertFalse(say(arkestra, "Let's get acquainted").contains("What shall I call you?"));
            assertFalse(say(arkestra, "Hello").contains("acquainted"));

            Onboarding onboarding = arkestra.people().onboarding(ANN);
            asks("Как мне вас называть?", onboarding.begin(Locale.forLanguageTag("ru")));
            asks("на «ты» или на «вы»", onboarding.answer("Аня"));
            asks("На каком языке", say(arkestra, "на вы"));
        }
    }

    @Test
    void begin_whenSomethingIsKnown_asksOnlyTheRestAndRestartAsksAll() {
        try (Arkestra arkestra = open(Onboarding.Mode.OFF)) {
            arkestra.people().edit(ANN, edit -> edit.name("Ann").address(Profile.Address.FORMAL));
            Onboarding onboarding = arkestra.people().onboarding(ANN);

            asks("Which language", onboarding.begin(Locale.ENGLISH));
            onboarding.answer("later");
            asks("What shall I call you?", onboarding.restart(Locale.ENGLISH));
            asks("familiar or formal", onboarding.answer("Anna"));
            assertEquals(Optional.of("Anna"), arkestra.profile(ANN).name());
        }
    }

    @Test
    void questions_ofTheHost_replaceTheShippedOnes() throws Exception {
        Files.writeString(home.resolve("persona.yaml"), """
                version: "mine"
                name: Robo
                onboarding:
                  boundaries: {en: What must I never say?, ru: О чём молчать?}
                  name: {en: Who are you?, ru: Кто вы?}
                """);
        try (Arkestra arkestra = Arkestra.builder()
                .home(home)
                .persona(Path.of("persona.yaml"))
                .onboarding(Onboarding.Mode.REQUIRED)
                .build()) {
            asks("What must I never say?", say(arkestra, "Hello"));
            asks("Who are you?", say(arkestra, "nothing"));
            asks("that is all", say(arkestra, "Ann"));
            asks("persona   version mine", arkestra.describe());
        }
    }

    @Test
    void boundaries_ofTheProfile_areInBothPrompts() {
        RecordingLlm junior = RecordingLlm.writing(
                (request, cancel) ->
                        "{\"intent\":\"statement\",\"slots\":{},\"tools_hint\":[],\"style_directive\":\"\",\"rag_query\":\"\",\"confidence\":0.5}");
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"ok\"}");
        try (Arkestra arkestra = Arkestra.builder()
                .junior(Llm.client(junior))
                .senior(Llm.client(senior))
                .build()) {
            arkestra.people().edit(ANN, edit -> edit.boundary("my divorce").goal("learn Estonian"));
            say(arkestra, "The weather is fine");
        }
        Json shortForm = junior.lastMessage(0).data("profile").orElseThrow();
        Json longForm = senior.lastMessage(0).data("profile").orElseThrow();
        assertEquals("{\"boundaries\":[\"my divorce\"]}", shortForm.toString());
        assertEquals("{\"goals\":[\"learn Estonian\"],\"boundaries\":[\"my divorce\"]}", longForm.toString());
    }
}
