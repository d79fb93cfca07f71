package io.arkestra.persona.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonaFileTest {
    private static final Locale RUSSIAN = Locale.forLanguageTag("ru");

    @TempDir
    Path directory;

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private PromptTexts read(String yaml) throws IOException {
        write("persona.yaml", yaml);
        return PromptTexts.of(PersonaFile.read(directory));
    }

    private String wrong(String yaml) {
        return String.valueOf(
                assertThrows(ConfigException.class, () -> read(yaml)).getMessage());
    }

    private static String rules(PromptTexts texts, Locale language) {
        LlmRequest request = new Prompts(texts, "Robo").senior(language, List.of(), List.of(), Prompts.SENIOR_SAMPLING);
        return request.messages().get(0).text();
    }

    @Test
    void read_filesOfTheHost_replaceThePromptsTheyNameAndNoOther() throws IOException {
        write("mine.txt", "I am {{assistant}}. Example: {\"text\": \"{}\"}\nTools:\n{{ tools }}\n");
        write("mein.txt", "Я {{assistant}}.\n{{tools}}");

        PromptTexts texts = read("""
                version: "7b"
                prompts:
                  senior: {en: mine.txt, ru: mein.txt}
                """);

        assertEquals("I am Robo. Example: {\"text\": \"{}\"}\nTools:\n\n", rules(texts, Locale.ENGLISH));
        assertEquals("Я Robo.\n", rules(texts, RUSSIAN));
        assertEquals("7b", texts.version());
        assertTrue(new Prompts(texts, "Robo")
                .critic(PromptsTest.scene("{}", Scene.EnvBrief.NONE), "a", "b", List.of(Json.emptyObject()))
                .messages()
                .get(0)
                .text()
                .startsWith("You judge answers of the assistant Robo."));
    }

    @Test
    void read_unknownPlaceholder_namesFileLineColumnAndWhatIsAllowed() throws IOException {
        write("a.txt", "You are {{assistant}}.\nIt is {{time}} now.\n{{tools}}");
        write("b.txt", "{{tools}}");

        String message = wrong("version: \"1\"\nprompts:\n  senior:\n    en: a.txt\n    ru: b.txt\n");

        assertTrue(message.contains("persona.yaml:4:9"), message);
        assertTrue(message.contains("a.txt:2:7"), message);
        assertTrue(message.contains("'{{time}}'"), message);
        assertTrue(message.contains("allowed here: {{assistant}}, {{tools}}"), message);
    }

    @Test
    void read_templateWithoutItsNeededPlaceholder_saysWhichOne() throws IOException {
        write("a.txt", "Sort the messages.");

        String message = wrong("version: \"1\"\nprompts:\n  junior: {en: a.txt, ru: a.txt}\n");

        assertTrue(message.contains("a.txt: the template has no placeholder {{intents}}"), message);
    }

    @Test
    void read_missingTemplates_areAllNamedWithTheirPlaces() {
        String message = wrong(
                "version: \"1\"\nprompts:\n  critic:\n    en: nowhere.txt\n  refinement:\n    ru: nor-there.txt\n");

        assertTrue(message.contains("persona.yaml:4:9"), message);
        assertTrue(message.contains("nowhere.txt does not exist"), message);
        assertTrue(
                message.contains("'prompts.critic' names no template for 'ru'; expected one for each of en, ru"),
                message);
        assertTrue(message.contains("'prompts.refinement' names no template for 'en'"), message);
        assertTrue(message.contains("nor-there.txt does not exist"), message);
    }

    @Test
    void read_wrongKey_namesLineKeyAndWhatIsAllowed() {
        String message = wrong("version: \"1\"\nprompts:\n  seniour: {en: a.txt, ru: a.txt}\n");

        assertTrue(message.contains("persona.yaml:3:3"), message);
        assertTrue(
                message.contains(
                        "'prompts.seniour' is not a known key; allowed here: critic, junior, refinement, senior"),
                message);
        assertTrue(message.contains("did you mean 'senior'?"), message);
    }

    @Test
    void read_textsWithoutAVersionOrANumberForIt_areRefused() {
        String texts = "prompts:\n  critic: {en: a.txt, ru: a.txt}\n";
        assertTrue(wrong(texts).contains("'version' is missing"), wrong(texts));
        assertTrue(wrong("version: 1\n").contains("in quotes"), wrong("version: 1\n"));
    }

    @Test
    void read_templateThatIsNotText_isRefused() throws IOException {
        Files.write(directory.resolve("a.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        write("b.txt", " \n");

        String message = wrong("version: \"1\"\nprompts:\n  critic: {en: a.txt, ru: b.txt}\n");

        assertTrue(message.contains("'a.txt' is not UTF-8 text"), message);
        assertTrue(message.contains("b.txt: the template is blank"), message);
    }

    @Test
    void read_fileThatIsNotThere_saysHowToGoOn() {
        String message = String.valueOf(
                assertThrows(ConfigException.class, () -> PersonaFile.read(directory.resolve("none.yaml")))
                        .getMessage());

        assertTrue(message.contains("none.yaml") && message.contains("persona.file"), message);
    }

    @Test
    void read_fileWithoutTexts_hasTheVersionOfTheShippedOnes() throws IOException {
        assertEquals(PersonaFile.shipped().version(), read("name: Robo\n").version());
    }

    @Test
    void shipped_persona_isWhole() {
        PromptTexts texts = PromptTexts.of(PersonaFile.shipped());

        assertTrue(rules(texts, RUSSIAN).contains("Ты Robo, ассистент пользователя"), rules(texts, RUSSIAN));
        assertTrue(
                rules(texts, Locale.ENGLISH).contains("You are Robo, the user's assistant"),
                rules(texts, Locale.ENGLISH));
    }
}
