package io.arkestra.langchain4j;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Query;
import io.arkestra.common.Scope;
import io.arkestra.memory.Memory;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Arkestra's memory as a LangChain4j {@link ContentRetriever}: what was said, remembered facts and summaries, best first, and after them
 * parts of documents, whose scores are of another kind. Each
 * content has its score and id, and in the metadata of its segment where it comes from: {@code id}, {@code kind}, {@code at} (ISO 8601),
 * {@code speaker}, {@code origin}, for a memory {@code source} (the message), for a part of a document {@code document}, {@code title},
 * {@code start} and {@code end}. A model sees the metadata only when the content injector is told to include it. Thread-safe.
 */
public final class ArkestraContentRetriever implements ContentRetriever {
    private final Memory memory;
    private final Function<Query, Scope> scope;
    private final UnaryOperator<RecallQuery> change;

    private ArkestraContentRetriever(Memory memory, Function<Query, Scope> scope, UnaryOperator<RecallQuery> change) {
        this.memory = Objects.requireNonNull(memory, "memory");
        this.scope = Objects.requireNonNull(scope, "scope");
        this.change = Objects.requireNonNull(change, "change");
    }

    /** Recalls for one user. */
    public static ArkestraContentRetriever of(Memory memory, Scope scope) {
        Objects.requireNonNull(scope, "scope");
        return of(memory, query -> scope);
    }

    /** @param scope says whom a query is for, from its chat memory id for example; nothing of anybody else is ever found */
    public static ArkestraContentRetriever of(Memory memory, Function<Query, Scope> scope) {
        return new ArkestraContentRetriever(memory, scope, UnaryOperator.identity());
    }

    /** With changed queries: a limit, a token budget, kinds. Ten passages and 1,500 tokens unless changed. */
    public ArkestraContentRetriever queries(UnaryOperator<RecallQuery> how) {
        return new ArkestraContentRetriever(memory, scope, how);
    }

    @Override
    public List<Content> retrieve(Query query) {
        RecallQuery wanted = change.apply(RecallQuery.about(query.text()));
        Recall recall = memory.recall(scope.apply(query), wanted);
        Map<String, Passage> found = new LinkedHashMap<>();
        Stream.concat(recall.passages().stream(), recall.section(Passage.Kind.DOCUMENT).stream())
                .filter(passage -> !passage.text().isBlank())
                .forEach(passage -> found.putIfAbsent(passage.id(), passage));
        return found.values().stream().map(ArkestraContentRetriever::content).toList();
    }

    private static Content content(Passage passage) {
        Metadata metadata = new Metadata()
                .put("id", passage.id())
                .put("kind", passage.kind().name().toLowerCase(Locale.ROOT))
                .put("at", passage.at().toString())
                .put("origin", passage.origin().name().toLowerCase(Locale.ROOT))
                .put("speaker", passage.speaker());
        passage.source().ifPresent(source -> metadata.put("source", source));
        passage.citation()
                .ifPresent(citation -> metadata.put("document", citation.document())
                        .put("title", citation.title())
                        .put("start", citation.start())
                        .put("end", citation.end()));
        return Content.from(
                TextSegment.from(passage.text(), metadata),
                Map.of(ContentMetadata.SCORE, passage.score(), ContentMetadata.EMBEDDING_ID, passage.id()));
    }
}
