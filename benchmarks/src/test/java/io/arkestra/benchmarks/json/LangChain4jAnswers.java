package io.arkestra.benchmarks.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.guardrail.JsonExtractorOutputGuardrail;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What {@link AiServices} makes of an answer, with a return type that is equivalent to the schema. */
final class LangChain4jAnswers {
    /** How the service is set up. */
    enum SetUp {
        /** The model says of itself that it can do nothing special: the format is described in the prompt. */
        PLAIN,
        /** The model takes a JSON schema as its response format. */
        SCHEMA,
        /** The same, and answers that cannot be read are asked for again, as the guardrail does by itself. */
        GUARDRAIL;

        String words() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Priority {
        low,
        medium,
        high
    }

    record Task(
            @JsonProperty(required = true) String title,
            @JsonProperty(required = true) Priority priority,
            @JsonProperty(required = true) int count,
            List<String> tags,
            boolean done) {}

    record Call(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) Map<String, Object> arguments) {}

    record Note(
            @JsonProperty(required = true) String text,
            Double score,
            @JsonProperty("tool_calls") List<Call> toolCalls) {}

    interface Tasks {
        Task answer(String question);
    }

    interface Notes {
        Note answer(String question);
    }

    interface Words {
        List<String> answer(String question);
    }

    /** Reads what was expected; what a type has no place for is left out. */
    private static final ObjectMapper MAPPER =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final Map<String, TypeReference<?>> TYPES = Map.of(
            "task", new TypeReference<Task>() {},
            "note", new TypeReference<Note>() {},
            "words", new TypeReference<List<String>>() {});

    private LangChain4jAnswers() {}

    static Verdict read(DamagedAnswer answer, SetUp setUp) {
        Object value;
        try {
            value = call(answer, setUp);
        } catch (RuntimeException e) {
            return Verdict.refused(answer, e.getClass().getSimpleName());
        }
        boolean right = answer.expected().isPresent() && Objects.equals(expected(answer), value);
        return Verdict.value(right, right ? "" : String.valueOf(value));
    }

    private static Object call(DamagedAnswer answer, SetUp setUp) {
        ChatModel model = new OneAnswer(answer.raw(), setUp != SetUp.PLAIN);
        String question = "What is it?";
        return switch (answer.schemaName()) {
            case "task" -> service(Tasks.class, model, answer, setUp).answer(question);
            case "note" -> service(Notes.class, model, answer, setUp).answer(question);
            case "words" -> service(Words.class, model, answer, setUp).answer(question);
            default -> throw new AssertionError("no return type for the schema " + answer.schemaName());
        };
    }

    /** The guardrail is marked for removal here, because it moves to a module of its own, which is a beta. */
    @SuppressWarnings({"removal", "unchecked"})
    private static <T> T service(Class<T> type, ChatModel model, DamagedAnswer answer, SetUp setUp) {
        AiServices<T> services = AiServices.builder(type).chatModel(model);
        if (setUp == SetUp.GUARDRAIL) {
            services.outputGuardrails(new JsonExtractorOutputGuardrail<>(TYPES.get(answer.schemaName())));
        }
        return services.build();
    }

    private static Object expected(DamagedAnswer answer) {
        try {
            return MAPPER.readValue(answer.expected().orElseThrow().toString(), TYPES.get(answer.schemaName()));
        } catch (JsonProcessingException e) {
            throw new AssertionError("what is expected of \"" + answer.name() + "\" does not fit its type", e);
        }
    }

    /** Answers every question with the same words. */
    private record OneAnswer(String text, boolean schemas) implements ChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            if (schemas
                    && (request.responseFormat() == null
                            || request.responseFormat().jsonSchema() == null)) {
                throw new AssertionError("the service did not send its schema");
            }
            return ChatResponse.builder().aiMessage(AiMessage.from(text)).build();
        }

        @Override
        public Set<Capability> supportedCapabilities() {
            return schemas ? Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA) : Set.of();
        }
    }
}
