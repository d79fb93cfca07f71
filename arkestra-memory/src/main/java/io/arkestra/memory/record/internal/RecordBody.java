package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.Origin;
import io.arkestra.store.Doc;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is written into a memory's document, step by step. Every method returns a new body. */
final class RecordBody {
    private RecordBody() {}

    static Json of(MemoryDraft draft, Instant at, Instant now) {
        String hash = NormalText.hash(draft.text());
        Json body = Json.object()
                .put("kind", MemoryCollection.lower(draft.kind()))
                .put("text", draft.text())
                .put("origin", MemoryCollection.lower(draft.origin()))
                .put("at", at)
                .put("hash", hash)
                .put("live", hash)
                .put("tier", MemoryCollection.lower(draft.tier()))
                .put("importance", TierRules.importance(draft))
                .put("touched", now)
                .put("reinforced", at)
                .put("recorded_at", now)
                .put("valid_from", draft.validFrom().orElse(at))
                .put("explicit", draft.quote().isEmpty())
                .putIfPresent("quote", draft.quote())
                .putIfPresent("expires", draft.expiresAt())
                .build();
        if (draft.isPinned()) {
            body = body.with("pinned", Json.TRUE);
        }
        List<String> taint = new ArrayList<>(draft.taint());
        if (draft.origin() != Origin.USER && draft.origin() != Origin.SYSTEM) {
            taint.add(MemoryCollection.lower(draft.origin()));
        }
        body = withSources(body, draft.sources(), draft.sources());
        body = withTaint(body, taint);
        return draft.statement().isPresent()
                ? body.with("statement", MemoryCollection.json(draft.statement().get()))
                : body;
    }

    static Json withSources(Json body, Collection<String> sources, Collection<String> from) {
        Json with = body.with("sources", Json.strings(sources)).with("from", Json.strings(from));
        return sources.isEmpty()
                ? with.without("source")
                : with.with("source", Json.of(sources.iterator().next()));
    }

    static Json withTaint(Json body, Collection<String> taint) {
        Set<String> all = new LinkedHashSet<>(strings(body, "taint"));
        all.addAll(taint);
        return all.isEmpty() ? body : body.with("taint", Json.strings(all));
    }

    static List<String> strings(Json body, String name) {
        return body.list(name).stream().map(Json::asString).toList();
    }

    /** No longer so from this moment on; replaced by another, or by nothing. */
    static Json closed(Json body, Instant at, Optional<String> by) {
        Json closed =
                body.with("valid_to", Json.of(at.toString())).without("live").without("slot_key");
        return by.isPresent() ? closed.with("superseded_by", Json.of(by.get())) : closed;
    }

    /** Told again: other words for it are kept beside its own, its sources grow and it matters as much as at first. */
    static Json told(Doc doc, MemoryDraft draft, Instant at, Instant now) {
        Json body = doc.body();
        Set<String> sources = new LinkedHashSet<>(strings(body, "sources"));
        sources.addAll(draft.sources());
        Set<String> from = new LinkedHashSet<>(strings(body, "from"));
        if (NormalText.of(draft.text()).equals(NormalText.of(body.text("text")))) {
            // Words that nobody said in a message never go with a message.
            if (!from.isEmpty() && !draft.sources().isEmpty()) {
                from.addAll(draft.sources());
            } else {
                from.clear();
            }
        } else {
            body = body.with("wordings", Json.array(wordings(body, draft)));
        }
        body = withSources(body, sources, from);
        double importance = body.decimal("importance").map(Number::doubleValue).orElse(0.5);
        body = body.with("importance", Json.of(Math.max(importance, TierRules.importance(draft))))
                .with("told", Json.of(body.integer("told").orElse(1L) + 1));
        if (at.isAfter(body.instant("reinforced").orElse(Instant.MIN))) {
            body = body.with("reinforced", Json.of(at.toString()));
        }
        if (now.isAfter(body.instant("touched").orElse(Instant.MIN))) {
            body = body.with("touched", Json.of(now.toString()));
        }
        if (draft.quote().isEmpty()) {
            body = body.with("explicit", Json.TRUE);
        }
        if (draft.isPinned()) {
            body = body.with("pinned", Json.TRUE);
        }
        return withTaint(body, draft.taint());
    }

    private static List<Json> wordings(Json body, MemoryDraft draft) {
        List<Json> wordings = new ArrayList<>();
        String normal = NormalText.of(draft.text());
        boolean known = false;
        for (Json wording : body.list("wordings")) {
            if (NormalText.of(wording.text("text")).equals(normal)) {
                known = true;
                Set<String> from = new LinkedHashSet<>(strings(wording, "from"));
                if (!from.isEmpty() && !draft.sources().isEmpty()) {
                    from.addAll(draft.sources());
                } else {
                    from.clear();
                }
                wordings.add(wording.with("from", Json.strings(from)));
            } else {
                wordings.add(wording);
            }
        }
        if (!known) {
            wordings.add(Json.object()
                    .put("text", draft.text())
                    .putIfPresent("quote", draft.quote())
                    .put("from", Json.strings(draft.sources()))
                    .build());
        }
        return wordings;
    }

    /**
     * Without what came from a message alone.
     *
     * @return empty when nothing is left
     */
    static Optional<Json> without(Json body, String message) {
        List<String> sources = new ArrayList<>(strings(body, "sources"));
        sources.remove(message);
        List<Json> wordings = new ArrayList<>();
        for (Json wording : body.list("wordings")) {
            List<String> from = new ArrayList<>(strings(wording, "from"));
            if (!from.remove(message) || !from.isEmpty()) {
                wordings.add(wording.with("from", Json.strings(from)));
            }
        }
        List<String> from = new ArrayList<>(strings(body, "from"));
        boolean gone = from.remove(message) && from.isEmpty();
        if (gone) {
            if (wordings.isEmpty()) {
                return Optional.empty();
            }
            Json next = wordings.remove(0);
            String hash = NormalText.hash(next.text("text"));
            from = new ArrayList<>(strings(next, "from"));
            body = body.with("text", Json.of(next.text("text"))).with("hash", Json.of(hash));
            body = body.has("live") ? body.with("live", Json.of(hash)) : body;
            Optional<String> quote = next.string("quote");
            body = quote.isPresent() ? body.with("quote", Json.of(quote.get())) : body.without("quote");
        }
        return Optional.of(withSources(body.with("wordings", Json.array(wordings)), sources, from));
    }
}
