package io.arkestra.tool;

import io.arkestra.common.Json;
import java.util.List;
import java.util.Objects;

/**
 * What a call would do, found out without doing it. Stored before the call. Immutable. Use the factories: components that later
 * releases add get their default there.
 *
 * @param effects one sentence for each change, for people
 * @param preview a longer view, for example a unified diff; may be empty
 * @param undo what {@link Tool#undo} will need
 * @param stateDigest a digest of the state of what would be changed; empty when there is none. The call is not made when it is another
 *     one by the time that a person has agreed
 * @param flows what becomes of the words in what would be changed; used while the call is made, and not stored
 */
public record Prepared(List<String> effects, String preview, Json undo, String stateDigest, List<Flow> flows) {
    private static final Prepared NOTHING = new Prepared(List.of(), "", Json.emptyObject(), "");

    public Prepared {
        effects = List.copyOf(effects);
        Objects.requireNonNull(preview, "preview");
        flows = List.copyOf(flows);
    }

    /** Without flows. */
    public Prepared(List<String> effects, String preview, Json undo, String stateDigest) {
        this(effects, preview, undo, stateDigest, List.of());
    }

    /** A call without effects. */
    public static Prepared nothing() {
        return NOTHING;
    }

    /** A call with one effect. */
    public static Prepared effect(String sentence) {
        return new Prepared(List.of(sentence), "", Json.emptyObject(), "");
    }

    /** A call with these effects, one sentence for each. */
    public static Prepared of(List<String> sentences) {
        return new Prepared(sentences, "", Json.emptyObject(), "");
    }

    public Prepared withPreview(String text) {
        return new Prepared(effects, text, undo, stateDigest, flows);
    }

    public Prepared withUndo(Json data) {
        return new Prepared(effects, preview, data, stateDigest, flows);
    }

    public Prepared withStateDigest(String digest) {
        return new Prepared(effects, preview, undo, digest, flows);
    }

    public Prepared withFlows(Flow... all) {
        return new Prepared(effects, preview, undo, stateDigest, List.of(all));
    }
}
