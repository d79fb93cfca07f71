package io.arkestra.tool.declared.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A declared call over HTTP. What comes back was written by others. */
final class HttpTool implements Tool {
    private static final int BYTES = 1024 * 1024;
    private static final int SHOWN = 4_000;
    private static final Set<String> NOT_OURS =
            Set.of("host", "content-length", "connection", "transfer-encoding", "upgrade", "expect");

    private final Definition definition;
    private final ToolSpec spec;
    private final UrlTemplate url;
    private final String method;
    private final Lent lent;
    private final HttpCaller caller;

    /** @throws ConfigException when the definition makes no sense */
    HttpTool(Definition definition, long version, Lent lent, HttpCaller caller) {
        this.definition = definition;
        this.lent = lent;
        this.caller = caller;
        method = definition.json().string("method").orElse("GET");
        url = new UrlTemplate(definition.json().text("url"), lent);
        Set<String> places = new LinkedHashSet<>(url.places());
        body().ifPresent(body -> Template.fill(body, Template.ARGUMENT, place -> {
            places.add(place.group(1));
            return Json.NULL;
        }));
        definition.checkPlaces(places);
        if (reads() && body().isPresent()) {
            throw new ConfigException("A " + method + " has no body; leave 'body' out or take another method");
        }
        headers().forEach((name, value) -> {
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
                    || NOT_OURS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new ConfigException("The header '" + name + "' cannot be set; leave it out");
            }
            lent.check(value);
        });
        ToolSpec.Builder builder = definition
                .spec(version)
                .capability(reads() ? "net.read" : "net.send")
                .sideEffect(reads() ? ToolSpec.SideEffect.NONE : ToolSpec.SideEffect.OUTWARD)
                .cost(CostClass.MEDIUM)
                .untrusted("web")
                .result(
                        "{\"type\":\"object\",\"required\":[\"status\"],\"properties\":{\"status\":{\"type\":\"integer\"},"
                                + "\"body\":{},\"cut\":{\"type\":\"boolean\"}}}");
        spec = builder.build();
    }

    private boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }

    private Optional<Json> body() {
        return definition.json().get("body");
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        definition
                .json()
                .get("headers")
                .ifPresent(all -> all.members().forEach((name, value) -> headers.put(name, value.asString())));
        return headers;
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        boolean sends = !reads();
        return List.of(
                new Target(Target.URL, url.filled(call.arguments()).toString(), sends),
                new Target(Target.DOMAIN, url.host(), sends),
                new Target(Target.PORT, String.valueOf(url.port()), sends),
                new Target(Target.METHOD, method, sends));
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        if (reads()) {
            return Prepared.nothing();
        }
        String address = url.filled(call.arguments()).toString();
        String body = filledBody(call).map(Json::pretty).orElse("");
        // Headers may hold secrets: they are told by name alone.
        return Prepared.effect("Sends " + method + " to " + address)
                .withPreview(method + " " + address + "\n"
                        + (headers().isEmpty()
                                ? ""
                                : "with the headers "
                                        + String.join(", ", headers().keySet()) + "\n")
                        + (body.length() <= SHOWN ? body : body.substring(0, SHOWN) + "…"));
    }

    private Optional<Json> filledBody(ToolCall call) {
        return body().map(template -> Template.fill(
                template,
                Template.ARGUMENT,
                place -> call.arguments().get(place.group(1)).orElse(Json.NULL)));
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        context.cancellation().throwIfCancelled(); // before anything is on its way
        URI uri = url.filled(call.arguments());
        Optional<Json> body = filledBody(call);
        Map<String, String> headers = new LinkedHashMap<>();
        headers().forEach((name, value) -> headers.put(name, lent.resolved(value)));
        if (body.isPresent()) {
            headers.putIfAbsent("Content-Type", "application/json");
        }
        int most = definition
                .json()
                .get("response")
                .flatMap(response -> response.integer("max_bytes"))
                .map(Long::intValue)
                .orElse(BYTES);
        HttpCaller.Answer answer = caller.call(
                new HttpCaller.Request(
                        method,
                        uri,
                        headers,
                        body.map(json -> json.toString().getBytes(StandardCharsets.UTF_8))
                                .orElse(new byte[0]),
                        most,
                        definition.timeout(context),
                        lent.hosts().contains(url.host())),
                context.cancellation());
        if (answer.status() < 200 || answer.status() > 299) {
            boolean again = answer.status() == 429 || answer.status() >= 500;
            throw new ToolException(
                    again && reads() ? ToolException.Reason.TEMPORARY : ToolException.Reason.FAILED,
                    url.host() + " answered with status " + answer.status()
                            + (answer.status() >= 300 && answer.status() < 400 ? "; redirects are not followed" : ""));
        }
        Json read = selected(read(answer));
        Json data = Json.object()
                .put("status", answer.status())
                .put("body", read)
                .put("cut", answer.cut())
                .build();
        return ToolResult.of(Template.words(read), data).tainted(Taint.of("web", url.host()));
    }

    private static Json read(HttpCaller.Answer answer) {
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        boolean json = answer.contentType().toLowerCase(Locale.ROOT).contains("json");
        if (!json || answer.cut()) {
            return Json.of(text);
        }
        try {
            return Json.parse(text);
        } catch (InvalidInputException e) {
            return Json.of(text);
        }
    }

    private Json selected(Json body) {
        Optional<String> pointer = definition.json().get("response").flatMap(response -> response.string("pointer"));
        if (pointer.isEmpty()) {
            return body;
        }
        return body.at(pointer.get())
                .orElseThrow(() -> new ToolException(
                        ToolException.Reason.FAILED,
                        "The answer of " + url.host() + " has nothing at " + pointer.get()));
    }
}
