package io.arkestra.embedding.onnx.internal;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.arkestra.embedding.EmbeddingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A tokenizer of the Hugging Face library. Loaded only when that is on the class path; its calls home are switched off first. */
final class DjlTokenizer implements TextTokenizer {
    static {
        // Both are read when the library's first class is loaded.
        setUnlessSet("ai.djl.offline", "true");
        setUnlessSet("OPT_OUT_TRACKING", "true");
    }

    private static void setUnlessSet(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    private final HuggingFaceTokenizer tokenizer;
    private final int before;
    private final int after;
    private final int[] specials;
    private final int pairOverhead;
    private final int unknown;

    private DjlTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        long[] with = tokenizer.encode("a", true, false).getIds();
        long[] bare = tokenizer.encode("a", false, false).getIds();
        int at = indexOf(with, bare);
        this.before = at;
        this.after = with.length - at - bare.length;
        this.specials = new int[before + after];
        for (int i = 0; i < before; i++) {
            specials[i] = (int) with[i];
        }
        for (int i = 0; i < after; i++) {
            specials[before + i] = (int) with[with.length - after + i];
        }
        this.pairOverhead = tokenizer.encode("a", "a", true, false).getIds().length - 2 * bare.length;
        this.unknown = -1;
    }

    private static int indexOf(long[] all, long[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new EmbeddingException("model", "The tokenizer puts its special tokens into the text", null);
    }

    static DjlTokenizer open(Path file) {
        try {
            return new DjlTokenizer(HuggingFaceTokenizer.newInstance(
                    file, Map.of("truncation", "false", "padding", "false", "modelMaxLength", "1000000")));
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new EmbeddingException("model", "The tokenizer " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public Pieces pieces(String text) {
        Encoding encoding = tokenizer.encode(text, false, false);
        long[] ids = encoding.getIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] tokens = new int[ids.length];
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        int last = 0;
        for (int i = 0; i < ids.length; i++) {
            tokens[i] = (int) ids[i];
            CharSpan span = spans[i];
            // The library counts code points; a text of the basic plane has as many as code units.
            starts[i] = span == null ? last : offset(text, span.getStart());
            ends[i] = span == null ? last : offset(text, span.getEnd());
            last = ends[i];
        }
        return new Pieces(tokens, starts, ends);
    }

    private static int offset(String text, int codePoints) {
        return text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
    }

    @Override
    public int[] single(int[] ids) {
        int[] all = new int[ids.length + specials.length];
        System.arraycopy(specials, 0, all, 0, before);
        System.arraycopy(ids, 0, all, before, ids.length);
        System.arraycopy(specials, before, all, before + ids.length, after);
        return all;
    }

    @Override
    public Pair pair(int[] first, int[] second) {
        // Start, first, the separators in between, second, end: what the pair templates of the usual models come to.
        int between = pairOverhead - before - after;
        int[] all = new int[first.length + second.length + pairOverhead];
        int[] types = new int[all.length];
        int at = 0;
        for (int i = 0; i < before; i++) {
            all[at++] = specials[i];
        }
        for (int id : first) {
            all[at++] = id;
        }
        for (int i = 0; i < between; i++) {
            all[at++] = after > 0 ? specials[before] : specials[0];
        }
        int second0 = at;
        for (int id : second) {
            all[at++] = id;
        }
        for (int i = 0; i < after; i++) {
            all[at++] = specials[before + i];
        }
        Arrays.fill(types, second0, types.length, 1);
        return new Pair(all, types);
    }

    @Override
    public int singleOverhead() {
        return specials.length;
    }

    @Override
    public int pairOverhead() {
        return pairOverhead;
    }

    @Override
    public int unknown() {
        return unknown;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
