package io.arkestra.memory.semantic.internal;

import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.TextChunk;
import io.arkestra.memory.semantic.internal.Item.Content;
import java.util.ArrayList;
import java.util.List;

/** The texts by which an item is embedded: as few as the model's limit allows, every word of the item in one of them. */
final class KeyTexts {
    private static final int OVERLAP = 24;
    /** A lead that takes more of the limit than this share leaves too little room and is left out. */
    private static final int LEAD_SHARE = 3;

    private KeyTexts() {}

    static List<String> of(Content content, Embedder embedder) {
        int limit = embedder.info().maxTokens();
        String line = content.lead() + content.text();
        if (fits(line, embedder, limit)) {
            return List.of(context(content.before(), line, embedder, limit) + line);
        }
        String lead = content.lead();
        int leadTokens = embedder.countTokens(lead, EmbeddingRole.PASSAGE);
        if (leadTokens > limit / LEAD_SHARE) {
            lead = "";
            leadTokens = 0;
        }
        List<String> texts = new ArrayList<>();
        // What was said before helps to understand the beginning; there the lead has to do.
        for (TextChunk chunk : embedder.chunks(content.text(), limit - leadTokens, OVERLAP)) {
            texts.add(lead + chunk.in(content.text()));
        }
        return texts;
    }

    /** As much of the end of what was said before as there is room for. */
    private static String context(String before, String line, Embedder embedder, int limit) {
        String end = before;
        while (!end.isEmpty()) {
            if (fits(end + "\n" + line, embedder, limit)) {
                return end + "\n";
            }
            int space = end.indexOf(' ', end.length() / 2);
            end = space < 0 ? "" : end.substring(space + 1);
        }
        return "";
    }

    private static boolean fits(String text, Embedder embedder, int limit) {
        return embedder.countTokens(text, EmbeddingRole.PASSAGE) <= limit;
    }
}
