package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.Citation;
import io.arkestra.memory.Passage;
import java.util.ArrayList;
import java.util.List;

/** Shows passages with where they stand, so that an answer can say so. Immutable. */
public final class Citations {
    /** The schema of {@link #data}, for the tools that give it. */
    public static final String SCHEMA = """
            {"type":"object","required":["ids","passages"],
             "properties":{
               "ids":{"type":"array","items":{"type":"string"}},
               "passages":{"type":"array","items":{"type":"object",
                 "required":["id","document","title","place","heading","page","line","lastLine","score"],
                 "properties":{"id":{"type":"string"},"document":{"type":"string"},"title":{"type":"string"},
                               "place":{"type":"string"},"heading":{"type":"string"},"page":{"type":"integer"},
                               "line":{"type":"integer"},"lastLine":{"type":"integer"},"score":{"type":"number"}}}}}}
            """;

    private static final int LONGEST = 4_000;

    private final Phrases say;
    private final boolean byLines;

    private Citations(Phrases say, boolean byLines) {
        this.say = say;
        this.byLines = byLines;
    }

    /** By page where there are pages, else by heading. */
    public static Citations ofDocuments(Phrases say) {
        return new Citations(say, false);
    }

    /** By lines: {@code path:from-to}. */
    public static Citations ofFiles(Phrases say) {
        return new Citations(say, true);
    }

    /** The passages in words, each with its number, its place and its id. */
    public String text(List<Passage> passages) {
        List<String> blocks = new ArrayList<>();
        for (int i = 0; i < passages.size(); i++) {
            Passage passage = passages.get(i);
            blocks.add(
                    "[" + (i + 1) + "] " + place(citation(passage)) + " (" + passage.id() + ")\n" + shortened(passage));
        }
        return String.join("\n\n", blocks);
    }

    private String shortened(Passage passage) {
        String text = paged(passage.text(), citation(passage).page());
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
    }

    /** A text that goes over several pages, with the number of each where it begins: what is quoted from it has one page. */
    private String paged(String text, int first) {
        if (text.indexOf('\f') < 0 || first == 0) {
            return text.replace('\f', '\n');
        }
        StringBuilder paged = new StringBuilder();
        int page = first;
        for (String part : text.split("\f", -1)) {
            paged.append(page == first ? "" : "\n")
                    .append('[')
                    .append(say.say("page", page++))
                    .append("] ")
                    .append(part.strip());
        }
        return paged.toString();
    }

    /** Where it stands, for people. */
    public String place(Citation citation) {
        if (byLines) {
            return citation.title() + (citation.line() > 0 ? ":" + citation.line() + "-" + citation.lastLine() : "");
        }
        StringBuilder place = new StringBuilder("“").append(citation.title()).append('”');
        if (citation.page() > 0) {
            place.append(", ")
                    .append(
                            citation.page() == citation.lastPage()
                                    ? say.say("page", citation.page())
                                    : say.say("pages", citation.page(), citation.lastPage()));
        }
        if (!citation.heading().isEmpty()) {
            place.append(", ").append(citation.heading());
        } else if (citation.page() == 0 && citation.line() > 0) {
            place.append(", ")
                    .append(
                            citation.line() == citation.lastLine()
                                    ? say.say("line", citation.line())
                                    : say.say("lines", citation.line(), citation.lastLine()));
        }
        return place.toString();
    }

    /** The same as data; {@code ids} name the sources, as those of every search do. */
    public Json data(List<Passage> passages) {
        List<Json> list = new ArrayList<>();
        for (Passage passage : passages) {
            Citation citation = citation(passage);
            list.add(Json.object()
                    .put("id", passage.id())
                    .put("document", citation.document())
                    .put("title", citation.title())
                    .put("place", place(citation))
                    .put("heading", citation.heading())
                    .put("page", citation.page())
                    .put("line", citation.line())
                    .put("lastLine", citation.lastLine())
                    .put("score", passage.score())
                    .build());
        }
        return Json.object()
                .put("ids", Json.strings(passages.stream().map(Passage::id).toList()))
                .put("passages", Json.array(list))
                .build();
    }

    private static Citation citation(Passage passage) {
        return passage.citation()
                .orElseGet(() -> Citation.of(
                        passage.id(), passage.speaker(), 0, passage.text().length()));
    }
}
