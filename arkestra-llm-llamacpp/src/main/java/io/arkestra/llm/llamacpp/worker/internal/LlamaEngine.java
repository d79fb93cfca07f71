package io.arkestra.llm.llamacpp.worker.internal;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.Pair;
import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * llama.cpp in this process: the only class that touches native code, and used in the child alone. Whatever is passed on has been checked
 * by the host, because some mistakes end the process. One thread loads and generates; others may count.
 */
final class LlamaEngine {
    /** Cells of the context that stay free: native code fails, instead of stopping, when it fills the last one. */
    private static final int SPARE = 2;

    private volatile @Nullable LlamaModel model;
    private volatile int contextTokens;

    /** A request that cannot be carried out, for a reason that the host knows by name. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        final transient Json details;

        Refused(String kind, String message, Json details) {
            super(message);
            this.details = details.with("kind", Json.of(kind)).with("message", Json.of(message));
        }
    }

    Json load(Json request) {
        LlamaModel previous = model;
        model = null;
        if (previous != null) {
            previous.close();
        }
        int context = request.get("context").orElseThrow().asInt();
        int threads = request.get("threads").orElseThrow().asInt();
        ModelParameters parameters = new ModelParameters()
                .setModel(request.text("model"))
                .setCtxSize(context)
                .setThreads(threads)
                .setThreadsBatch(threads)
                .setParallel(1)
                .setGpuLayers(0)
                .disableContextShift()
                .enableJinja()
                .skipWarmup();
        switch (request.text("mode")) {
            case "embed" -> parameters.enableEmbedding();
            case "rerank" -> parameters.enableReranking();
            default -> parameters.setCacheReuse(0);
        }
        model = new LlamaModel(parameters);
        contextTokens = context;
        return Json.emptyObject();
    }

    /** Tokens of a prompt. */
    Json count(Json request) throws Refused {
        String prompt = prompt(request);
        return Json.object().put("tokens", loaded().encode(prompt).length).build();
    }

    /** Writes an answer piece by piece; an empty piece first, which says that the template took the messages. */
    Json generate(Json request, Consumer<String> pieces, BooleanSupplier cancelled) throws Refused {
        String prompt = prompt(request);
        pieces.accept("");
        int tokens = loaded().encode(prompt).length;
        int room = contextTokens - tokens - SPARE;
        if (room < 1) {
            throw new Refused(
                    "overflow",
                    "The prompt has " + tokens + " tokens",
                    Json.object().put("promptTokens", tokens).build());
        }
        InferenceParameters parameters = parameters(request, prompt)
                .setNPredict(Math.min(request.get("maxTokens").orElseThrow().asInt(), room));
        StopScanner scanner = new StopScanner(
                request.list("stop").stream().map(Json::asString).toList());
        LlamaIterator outputs = loaded().generate(parameters).iterator();
        int written = 0;
        String finish = "length";
        while (outputs.hasNext()) {
            LlamaOutput output = outputs.next();
            boolean last = !outputs.hasNext();
            if (!last) {
                written++;
                // The token that ends an answer has no text; an answer that was cut ends with an ordinary token.
                finish = output.text.isEmpty() ? "stop" : "length";
            }
            pieces.accept(scanner.feed(output.text));
            if (!last && (scanner.stopped() || cancelled.getAsBoolean())) {
                outputs.cancel();
                finish = scanner.stopped() ? "stop" : "cancelled";
                break;
            }
        }
        pieces.accept(scanner.rest());
        return Json.object()
                .put("finish", finish)
                .put("promptTokens", tokens)
                .put("completionTokens", written)
                .build();
    }

    Json embed(Json request) throws Refused {
        String text = request.text("text");
        if (text.isBlank()) {
            throw new Refused("invalid", "An empty text has no embedding", Json.emptyObject());
        }
        List<Json> values = new ArrayList<>();
        for (float value : loaded().embed(text)) {
            values.add(Json.of((double) value));
        }
        return Json.object().put("vector", Json.array(values)).build();
    }

    Json rerank(Json request) throws Refused {
        String[] documents =
                request.list("documents").stream().map(Json::asString).toArray(String[]::new);
        if (documents.length == 0 || request.text("query").isBlank()) {
            throw new Refused("invalid", "Ranking needs a query and at least one text", Json.emptyObject());
        }
        List<Json> scores = new ArrayList<>();
        for (String document : documents) {
            List<Pair<String, Float>> ranked = loaded().rerank(false, request.text("query"), document);
            scores.add(Json.of(ranked.get(0).getValue().doubleValue()));
        }
        return Json.object().put("scores", Json.array(scores)).build();
    }

    private InferenceParameters parameters(Json request, String prompt) {
        InferenceParameters parameters = new InferenceParameters(prompt).setCachePrompt(true);
        request.decimal("temperature").ifPresent(value -> parameters.setTemperature(value.floatValue()));
        request.decimal("topP").ifPresent(value -> parameters.setTopP(value.floatValue()));
        request.integer("seed").ifPresent(value -> parameters.setSeed((int) (value & 0x7fff_ffff)));
        request.string("schema").ifPresent(value -> parameters.setGrammar(LlamaModel.jsonSchemaToGrammar(value)));
        return parameters;
    }

    /** The messages as the model's own template writes them, or the text as it is. */
    private String prompt(Json request) throws Refused {
        Optional<String> text = request.string("text");
        if (text.isPresent()) {
            return text.get();
        }
        List<Json> messages = new ArrayList<>();
        for (Json message : request.list("messages")) {
            messages.add(message.with("content", Json.of(TemplateText.escaped(message.text("content")))));
        }
        Json input = Json.object().put("messages", Json.array(messages)).build();
        return TemplateText.restored(loaded().applyTemplate(input.toString()));
    }

    private LlamaModel loaded() throws Refused {
        LlamaModel current = model;
        if (current == null) {
            throw new Refused("invalid", "No model is loaded", Json.emptyObject());
        }
        return current;
    }
}
