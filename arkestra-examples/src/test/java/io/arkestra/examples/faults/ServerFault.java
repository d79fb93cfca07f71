package io.arkestra.examples.faults;

import io.arkestra.common.Json;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;

/** How a model's server fails, what the engine makes of it, and the words that the user reads. */
enum ServerFault {
    KILLED_IN_MID_STREAM("llm.unavailable", true, "it cannot be reached", "с ней нет связи") {
        @Override
        FakeReply reply() {
            return begun().cut();
        }
    },
    KILLED_BEFORE_THE_ANSWER("llm.unavailable", false, "it cannot be reached", "с ней нет связи") {
        @Override
        FakeReply reply() {
            return FakeReply.status(200).cutBeforeHeaders();
        }
    },
    WRONG_KEY("llm.authentication", false, "its server refused the key", "её сервер не принял ключ") {
        @Override
        FakeReply reply() {
            return FakeReply.error(401, "invalid_api_key", "Incorrect API key provided: " + FaultyModels.KEY);
        }
    },
    MODEL_MISSING("llm.not-found", false, "its server does not know it", "её сервер не знает такой модели") {
        @Override
        FakeReply reply() {
            return FakeReply.error(404, "model_not_found", "The model does not exist");
        }
    },
    CONTEXT_OVERFLOW(
            "llm.context-overflow", false, "our conversation is too long for it", "разговор для неё слишком длинный") {
        @Override
        FakeReply reply() {
            return FakeLlmServer.contextOverflow(9_000, 4_096);
        }
    },
    RATE_LIMIT("llm.overloaded", false, "it has too much to do", "она сейчас перегружена") {
        @Override
        FakeReply reply() {
            return FakeReply.error(429, "rate_limit", "Slow down").header("Retry-After", "1");
        }
    },
    RATE_LIMIT_FOR_AN_HOUR("llm.overloaded", false, "it has too much to do", "она сейчас перегружена") {
        @Override
        FakeReply reply() {
            return FakeReply.error(429, "rate_limit", "Slow down").header("Retry-After", "3600");
        }
    },
    HANGING_BODY("llm.timeout", true, "it took too long", "она отвечает слишком долго") {
        @Override
        FakeReply reply() {
            return begun().hang();
        }
    },
    HANGING_BEFORE_HEADERS("llm.timeout", false, "it took too long", "она отвечает слишком долго") {
        @Override
        FakeReply reply() {
            return FakeReply.status(200).hangBeforeHeaders();
        }
    },
    MALFORMED_STREAM("llm.server-error", false, "it reported an error", "она сообщила об ошибке") {
        @Override
        FakeReply reply() {
            return FakeReply.events().event("{\"choices\":[{").done();
        }
    },
    ERROR_IN_THE_STREAM("llm.server-error", true, "it reported an error", "она сообщила об ошибке") {
        @Override
        FakeReply reply() {
            return begun().event("{\"error\":{\"code\":500,\"message\":\"at com.example.Boom(Boom.java:1)\"}}");
        }
    };

    /** Beginning of an answer that is heard before the fault. */
    static final String BEGINNING = "I think that ";

    private final String code;
    private final boolean begins;
    private final String english;
    private final String russian;

    ServerFault(String code, boolean begins, String english, String russian) {
        this.code = code;
        this.begins = begins;
        this.english = english;
        this.russian = russian;
    }

    /** What the server sends, each time that it is asked. */
    abstract FakeReply reply();

    String code() {
        return code;
    }

    /** Whether a part of an answer comes before the fault. */
    boolean begins() {
        return begins;
    }

    String words(boolean inRussian) {
        return inRussian ? russian : english;
    }

    private static FakeReply begun() {
        Json delta =
                Json.object().put("content", "{\"text\":\"" + BEGINNING + "").build();
        Json choice = Json.object().put("index", 0).put("delta", delta).build();
        return FakeReply.events()
                .event(Json.object().put("choices", Json.array(choice)).build());
    }
}
