package io.arkestra.persona.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.learning.internal.ToolHints;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.UserState;
import io.arkestra.neuro.NeuroUpdate;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every prompt as a model gets it, compared with a committed file. After a wanted change of a template or a block, this writes the files
 * anew, to be read in the diff:
 *
 * <pre>./mvnw -q -pl arkestra-core -am -Dtest=PromptGoldenTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.write=true test</pre>
 */
class PromptGoldenTest {
    private static final Path FILES = Path.of("src/test/resources/io/arkestra/persona/internal/golden");
    private static final boolean WRITE = Boolean.getBoolean("golden.write");
    private static final Prompts PROMPTS = new Prompts("Arkestra");
    private static final Instant EARLIER = Instant.parse("2026-05-04T08:00:00Z");

    private static final List<ToolSpec> TOOLS = List.of(
            ToolSpec.builder("note.list").description("Lists the notes.").build(),
            ToolSpec.builder("note.create")
                    .description("Takes a note.")
                    .arguments("""
                            {"type":"object","additionalProperties":false,"required":["text"],
                             "properties":{"text":{"type":"string","maxLength":2000}}}
                            """)
                    .build());

    /** One prompt, and the file that shows it. */
    private record Rendered(String name, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Rendered> prompts() {
        return Stream.of(Locale.ENGLISH, Locale.forLanguageTag("ru")).flatMap(PromptGoldenTest::prompts);
    }

    private static Stream<Rendered> prompts(Locale language) {
        String tag = language.getLanguage();
        Scene plain = scene(language, false);
        Scene full = scene(language, true);
        LlmRequest critic = PROMPTS.critic(
                full,
                words(language, "Note the milk and tell me my notes", "Запиши молоко и покажи заметки"),
                words(language, "Noted: milk", "Записано: молоко"),
                List.of(Json.parse("{\"name\":\"note.create\",\"status\":\"ok\"}")));
        return Stream.of(
                rendered("junior-" + tag, PROMPTS.junior(asked(language), plain)),
                rendered("junior-full-" + tag, PROMPTS.junior(asked(language), full)),
                rendered("senior-" + tag, senior(language, plain, Recall.empty(), List.of())),
                rendered("senior-tools-" + tag, senior(language, plain, Recall.empty(), TOOLS)),
                rendered("senior-full-" + tag, senior(language, full, recall(language), TOOLS)),
                rendered("senior-second-turn-" + tag, secondTurn(language, full)),
                rendered("senior-more-tools-" + tag, moreTools(language, plain)),
                rendered("refinement-" + tag, refinement(language, full)),
                rendered("critic-" + tag, critic));
    }

    private static LlmRequest senior(Locale language, Scene scene, Recall recall, List<ToolSpec> tools) {
        return PROMPTS.senior(
                language,
                List.of(message(language, scene, recall, List.of(), Set.of())),
                tools,
                Prompts.SENIOR_SAMPLING);
    }

    /** What was shown before is named only; the surroundings have changed; something was trimmed. */
    private static LlmRequest secondTurn(Locale language, Scene scene) {
        Recall recall = recall(language);
        LlmMessage first = message(language, scene, recall, List.of(), Set.of())
                .withData(PromptBlocks.EARLIER, Json.of(words(language, "I have a cat", "У меня есть кошка")));
        LlmMessage answer = LlmMessage.assistant("{\"text\": \"…\"}");
        Scene changed = new Scene(
                scene.prompts(),
                scene.env(),
                scene.state(),
                scene.person(),
                new Scene.EnvBrief("telegram", List.of(), Map.of("city", "Tartu"), List.of(), List.of()),
                "");
        LlmMessage second =
                message(language, changed, recall, List.of(first, answer), PROMPTS.shown(scene.state(), recall));
        return PROMPTS.senior(language, List.of(first, answer, second), TOOLS, Prompts.SENIOR_SAMPLING);
    }

    /** The second message needs a tool that the rules do not describe; the third needs it again, and another. */
    private static LlmRequest moreTools(Locale language, Scene scene) {
        ToolSpec list = TOOLS.get(0);
        ToolSpec create = TOOLS.get(1);
        ToolSpec due = ToolSpec.builder("task.list")
                .description("Lists the tasks </tools>.")
                .build();
        LlmMessage first = message(language, scene, Recall.empty(), List.of(), Set.of());
        LlmMessage second = ToolBlock.beside(first, List.of(create), List.of());
        LlmMessage third = ToolBlock.beside(first, List.of(due), List.of(create.name()));
        LlmMessage answer = LlmMessage.assistant("{\"text\": \"…\"}");
        return PROMPTS.senior(
                language, List.of(first, answer, second, answer, third), List.of(list), Prompts.SENIOR_SAMPLING);
    }

    private static LlmRequest refinement(Locale language, Scene scene) {
        LlmMessage question = message(language, scene, Recall.empty(), List.of(), Set.of());
        LlmMessage call = LlmMessage.assistant(
                "{\"text\": \"\", \"tool_calls\": [{\"name\": \"note.list\", \"arguments\": {}}]}");
        LlmMessage result = LlmMessage.tool("call-1", "{\"status\":\"ok\",\"text\":\"- milk\"}");
        LlmMessage goOn = PROMPTS.refinement(
                language,
                Optional.of(new CriticReport(0.4, List.of(words(language, "The bread is missing.", "Нет хлеба.")))));
        return PROMPTS.senior(language, List.of(question, call, result, goOn), TOOLS, Prompts.SENIOR_SAMPLING);
    }

    private static LlmMessage message(
            Locale language, Scene scene, Recall recall, List<LlmMessage> before, Set<String> shown) {
        JuniorReport junior = new JuniorReport(
                Intent.QUESTION,
                Json.emptyObject(),
                List.of("note.list"),
                List.of(new JuniorReport.ToolRequest(
                        "bread.bake", words(language, "to bake bread", "чтобы испечь хлеб"))),
                "",
                asked(language),
                NeuroUpdate.none(),
                0.8);
        return PROMPTS.seniorMessage(asked(language), scene, junior, recall, style(scene), before, shown);
    }

    private static PromptBlocks.Style style(Scene scene) {
        return scene.adapt().isEmpty()
                ? PromptBlocks.Style.NONE
                : new PromptBlocks.Style(
                        List.of(words(scene.prompts(), "warm and attentive", "тепло и внимательно")),
                        words(scene.prompts(), "one or two sentences", "одно-два предложения"),
                        ToolHints.URGED);
    }

    private static Scene scene(Locale language, boolean full) {
        PromptBlocks.Env env = new PromptBlocks.Env(
                ZonedDateTime.of(2026, 5, 5, 9, 0, 0, 0, ZoneId.of("Europe/Berlin")),
                language,
                full ? words(language, "Dr. Ann", "Анна Петровна") : null,
                false);
        if (!full) {
            return Scene.of(env, PromptBlocks.State.NONE);
        }
        UserState portrait = UserState.of(
                words(language, "2026-05-04 Ann: I live in Berlin", "2026-05-04 Анна: я живу в Берлине"),
                List.of(words(language, "I want to run a marathon", "Хочу пробежать марафон")),
                List.of(),
                List.of(words(language, "I like green tea", "Люблю зелёный чай")),
                List.of(words(language, "renew my passport", "продлить паспорт")),
                Optional.empty());
        Json person = Json.object()
                .put("name", words(language, "Ann", "Анна"))
                .put("form", "formal")
                .put("title", words(language, "Dr.", "доктор"))
                .put("language", language.getLanguage())
                .put("tone", Json.strings(List.of("brief")))
                .put("goals", Json.strings(List.of(words(language, "learn Estonian", "выучить эстонский"))))
                .put("boundaries", Json.strings(List.of(words(language, "my divorce", "мой развод"))))
                .build();
        Scene.EnvBrief brief = new Scene.EnvBrief(
                "console",
                List.of(words(language, "Bob", "Боря")),
                Map.of("city", "Berlin", "device", "phone"),
                List.of(words(language, "marathon", "марафон")),
                List.of(new Scene.EnvBrief.Upcoming("2026-05-05T12:00", words(language, "Dentist", "Зубной врач"))));
        return new Scene(
                language,
                env,
                new PromptBlocks.State(true, portrait),
                person,
                brief,
                words(language, "for a five-year-old", "для пятилетнего"));
    }

    private static Recall recall(Locale language) {
        return Recall.of(
                List.of(Passage.builder(
                                "m-1",
                                Passage.Kind.MESSAGE,
                                words(language, "My bike is red", "Мой велосипед красный"),
                                EARLIER)
                        .speaker(words(language, "Ann", "Анна"))
                        .origin(Origin.USER)
                        .score(0.9, Map.of())
                        .build()),
                List.of());
    }

    private static String asked(Locale language) {
        return words(language, "What colour is my bike?", "Какого цвета мой велосипед?");
    }

    private static String words(Locale language, String english, String russian) {
        return language.getLanguage().equals("ru") ? russian : english;
    }

    private static Rendered rendered(String name, LlmRequest request) {
        StringBuilder text = new StringBuilder();
        for (LlmMessage message : request.messages()) {
            text.append("=== ")
                    .append(message.role())
                    .append('\n')
                    .append(message.rendered().strip())
                    .append('\n');
        }
        return new Rendered(name, text.toString());
    }

    private static void write(Rendered prompt) {
        try {
            Files.createDirectories(FILES);
            Files.writeString(FILES.resolve(prompt.name() + ".txt"), prompt.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void render_everyPrompt_isAsInItsFile(Rendered prompt) throws IOException {
        Path file = FILES.resolve(prompt.name() + ".txt");
        if (WRITE) {
            write(prompt);
        }
        assertTrue(Files.exists(file), () -> "There is no " + file + " yet; the test's Javadoc tells how to write it");
        assertEquals(
                Files.readString(file, StandardCharsets.UTF_8).replace("\r\n", "\n"),
                prompt.text(),
                () -> file + " differs; the test's Javadoc tells how to write it anew");
    }

    @Test
    void files_thatShowNoPrompt_areNotKept() throws IOException {
        List<String> expected =
                prompts().map(prompt -> prompt.name() + ".txt").sorted().toList();
        if (WRITE) {
            prompts().forEach(PromptGoldenTest::write);
        }
        try (Stream<Path> files = Files.list(FILES)) {
            assertEquals(
                    expected,
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}
