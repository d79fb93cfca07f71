package io.arkestra.persona.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.ConfigException;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.Trait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonaSettingsTest {
    @TempDir
    private Path home;

    private PersonaSettings load(String yaml) throws IOException {
        return PersonaSettings.load(Files.writeString(home.resolve("persona.yaml"), yaml));
    }

    @Test
    void shipped_persona_hasAllMediatorsAndTraits() {
        PersonaSettings shipped = PersonaSettings.shipped();
        assertEquals(Mediator.values().length, shipped.neuro().mediators().size());
        assertEquals(Trait.values().length, shipped.neuro().biases().size());
        assertEquals(
                List.of("plain", "brief", "thorough", "steps", "warm"),
                shipped.learning().arms());
    }

    @Test
    void file_withAFewKeys_changesOnlyThese() throws IOException {
        PersonaSettings own = load("""
                neuro:
                  mediators:
                    dopamine: {halfLife: PT10M}
                  biases:
                    humour: {from: {endorphin: 0.2}}
                learning:
                  styles:
                    calm: {}
                    loud: {en: louder, ru: громче}
                """);
        PersonaSettings shipped = PersonaSettings.shipped();
        assertEquals(
                Duration.ofMinutes(10), own.neuro().range(Mediator.DOPAMINE).halfLife());
        assertEquals(
                shipped.neuro().range(Mediator.DOPAMINE).base(),
                own.neuro().range(Mediator.DOPAMINE).base());
        assertEquals(shipped.neuro().range(Mediator.CORTISOL), own.neuro().range(Mediator.CORTISOL));
        assertEquals(
                Map.of(Mediator.ENDORPHIN, 0.2),
                own.neuro().biases().get(Trait.HUMOUR).weights());
        assertEquals(List.of("calm", "loud"), own.learning().arms());
        assertEquals(shipped.learning().seed(), own.learning().seed());
    }

    @Test
    void file_withoutAKey_isTheShippedPersona() throws IOException {
        assertEquals(PersonaSettings.shipped(), load("# nothing yet\n"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "unknown key | neuro:\\n  perTrun: 0.1 | persona.yaml:2:3: 'neuro.perTrun' is not a known key; allowed here: biases, enabled, history, mediators, perHour, perTurn, sleepReset, words (did you mean 'perTurn'?)",
                "unknown section | nuero: {} | persona.yaml:1:1: 'nuero' is not a known key; allowed here: autonomy, learning, name, neuro, onboarding, prompts, version (did you mean 'neuro'?)",
                "unknown mediator | neuro:\\n  mediators:\\n    dopamin: {min: 0} | persona.yaml:3:5: 'neuro.mediators.dopamin' is not a known key; allowed here: acetylcholine, cortisol, dopamine, endorphin, gaba, glutamate, histamine, norepinephrine, oxytocin, serotonin (did you mean 'dopamine'?)",
                "unknown key of a mediator | neuro:\\n  mediators:\\n    gaba: {mni: 0} | persona.yaml:3:12: 'neuro.mediators.gaba.mni' is not a known key; allowed here: base, halfLife, max, min (did you mean 'min'?)",
                "unknown weight | neuro:\\n  biases:\\n    humour:\\n      from: {joy: 1} | persona.yaml:4:14: 'neuro.biases.humour.from.joy' is not a known key; allowed here: acetylcholine, cortisol, dopamine, endorphin, gaba, glutamate, histamine, norepinephrine, oxytocin, serotonin",
                "level out of range | neuro:\\n  mediators:\\n    gaba: {max: 7} | persona.yaml:3:17: 'neuro.mediators.gaba.max' is 7; expected a number from 0 to 1",
                "not a duration | neuro:\\n  mediators:\\n    gaba: {halfLife: soon} | persona.yaml:3:22: 'neuro.mediators.gaba.halfLife' is \"soon\"; expected a duration above zero such as PT45M",
                "trait out of range | neuro: {biases: {temperature: {max: 3}}} | persona.yaml:1:37: 'neuro.biases.temperature.max' is 3; expected 0 to 2",
                "base above maximum | neuro:\\n  mediators:\\n    gaba: {max: 0.3} | persona.yaml:3:11: 'neuro.mediators.gaba': min 0.05, base 0.5, max 0.3; expected min <= base <= max and min < max",
                "bias base below minimum | neuro:\\n  biases:\\n    topP: {base: 0.1} | persona.yaml:3:11: 'neuro.biases.topP': min 0.8, base 0.1, max 1.0; expected min <= base <= max",
                "one language | learning:\\n  styles:\\n    plain: {}\\n    loud: {en: louder} | persona.yaml:4:11: 'learning.styles.loud' is a mapping; expected words in both languages, {en: ..., ru: ...}, or {} for none",
                "one arm | learning:\\n  styles: {plain: {}} | persona.yaml:2:11: 'learning.styles' is a mapping; expected 2 to 12 arms by name",
                "name of an arm | learning:\\n  styles: {plain: {}, Loud One: {}} | persona.yaml:2:11: 'learning.styles': the arm 'Loud One' must have a name of lower-case letters, digits and dashes that begins with a letter, at most 40 characters",
                "no mapping | neuro: 5 | persona.yaml:1:8: 'neuro' is 5; expected keys with values: enabled, perTurn, perHour, sleepReset, history, mediators, biases, words"
            })
    void load_ofSomethingWrong_namesFileLineKeyAndWhatIsAllowed(String name, String yaml, String message) {
        ConfigException failure = assertThrows(ConfigException.class, () -> load(yaml.replace("\\n", "\n")));
        assertEquals(message, String.valueOf(failure.getMessage()).replace(home + "/", ""));
    }

    @Test
    void load_ofSeveralMistakes_tellsAllOfThem() {
        ConfigException failure = assertThrows(ConfigException.class, () -> load("""
                neuro:
                  mediators:
                    gaba: {max: 0.3}
                    cortisol: {base: 0.99}
                """));
        assertEquals(2, String.valueOf(failure.getMessage()).lines().skip(1).count(), failure::getMessage);
    }
}
