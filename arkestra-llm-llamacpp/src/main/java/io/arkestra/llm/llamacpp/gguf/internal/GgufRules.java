package io.arkestra.llm.llamacpp.gguf.internal;

import io.arkestra.llm.llamacpp.GgufHeader;
import io.arkestra.llm.llamacpp.gguf.internal.GgufContent.Array;
import io.arkestra.llm.llamacpp.gguf.internal.GgufContent.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks what a structurally sound header says: llama.cpp ends its process, instead of complaining, over some of what is wrong here. */
final class GgufRules {
    private static final Set<String> TOKENIZERS = Set.of("llama", "gpt2", "bert", "t5", "rwkv", "plamo2", "none");
    /** Architectures without attention in every layer. */
    private static final Set<String> RECURRENT = Set.of("mamba", "mamba2", "rwkv6", "rwkv7", "rwkv6qwen2", "arwkv7");

    private static final String TOKENS = GgufReader.TOKENS;
    /** Token types of what is no text: unknown and control. */
    private static final Set<Object> NO_TEXT = Set.of(2L, 3L);

    private final GgufContent content;
    private final Map<String, Object> metadata;
    private final String architecture;

    private GgufRules(GgufContent content) throws Unacceptable {
        this.content = content;
        this.metadata = content.metadata();
        this.architecture = text("general.architecture");
    }

    static GgufHeader check(GgufContent content, long fileSize) throws Unacceptable {
        return new GgufRules(content).header(fileSize);
    }

    private GgufHeader header(long fileSize) throws Unacceptable {
        whole();
        GgufHeader.Builder header = new GgufHeader.Builder()
                .architecture(architecture)
                .fileSize(fileSize)
                .contextLength(positive("context_length"))
                .embeddingLength(positive("embedding_length"));
        positive("block_count");
        if (!RECURRENT.contains(architecture)) {
            attention();
        }
        vocabulary(header);
        Object fileType = metadata.get("general.file_type");
        if (fileType instanceof Long id) {
            header.quantisation(GgmlType.fileType(id));
        }
        return header.name(metadata.get("general.name") instanceof String name ? name : null)
                .parameters(
                        content.tensors().stream().mapToLong(Tensor::elements).sum())
                .chatTemplate(metadata.get("tokenizer.chat_template") instanceof String)
                .build();
    }

    /** A model in several files is not taken: the others would reach llama.cpp unchecked. */
    private void whole() throws Unacceptable {
        if (metadata.get("split.count") instanceof Long parts && parts > 1) {
            throw new Unacceptable("it is one of " + parts
                    + " parts of a model; join them first with 'llama-gguf-split --merge FIRST_PART WHOLE'");
        }
        String kind = metadata.get("general.type") instanceof String type ? type : "model";
        if (!kind.equals("model")) {
            throw new Unacceptable("it holds no model, but: " + kind);
        }
    }

    private void attention() throws Unacceptable {
        int width = positive("embedding_length");
        perLayer("feed_forward_length");
        Object heads = perLayer("attention.head_count");
        Object keyHeads = metadata.get(key("attention.head_count_kv"));
        if (!(heads instanceof Long count)) {
            return;
        }
        boolean ownSize = metadata.containsKey(key("attention.key_length"));
        if (!ownSize && width % count != 0) {
            throw new Unacceptable("'" + key("attention.head_count") + "' is " + count
                    + ", which does not divide the embedding length of " + width);
        }
        if (keyHeads instanceof Long keys && (keys < 1 || count % keys != 0)) {
            throw new Unacceptable("'" + key("attention.head_count_kv") + "' is " + keys
                    + ", which does not divide the " + count + " heads");
        }
        for (String name : List.of("attention.key_length", "attention.value_length", "rope.dimension_count")) {
            if (metadata.containsKey(key(name)) && positive(name) > 65_536) {
                throw new Unacceptable(
                        "'" + key(name) + "' is " + metadata.get(key(name)) + "; expected at most 65536");
            }
        }
    }

    /** A positive number, or an array with one for every layer, of which some may be 0. */
    private Object perLayer(String name) throws Unacceptable {
        Object value = metadata.get(key(name));
        if (value instanceof Array array) {
            if (array.texts() || array.least() < 0 || array.most() < 1 || array.count() < positive("block_count")) {
                throw new Unacceptable("'" + key(name) + "' does not hold a number of 0 or more for every layer");
            }
            return array;
        }
        return (long) positive(name);
    }

    private void vocabulary(GgufHeader.Builder header) throws Unacceptable {
        String tokenizer = text("tokenizer.ggml.model");
        if (!TOKENIZERS.contains(tokenizer)) {
            throw new Unacceptable("its tokenizer '" + tokenizer + "' is unknown; expected one of "
                    + TOKENIZERS.stream().sorted().toList());
        }
        header.tokenizer(tokenizer);
        if (tokenizer.equals("none")) {
            return;
        }
        if (!(metadata.get(TOKENS) instanceof Array tokens) || !tokens.texts() || tokens.count() < 1) {
            throw new Unacceptable("it has no vocabulary: '" + TOKENS + "' must be a list of texts");
        }
        int size = tokens.count();
        header.vocabularySize(size);
        tokenTypes(size);
        header.controlTokens(controlTokens(tokens));
        parallel("tokenizer.ggml.scores", size);
        tokenIds(size);
        embedding(size);
    }

    private void tokenTypes(int size) throws Unacceptable {
        String key = GgufReader.TOKEN_TYPES;
        parallel(key, size);
        if (metadata.get(key) instanceof Array types && (types.least() < 1 || types.most() > 6)) {
            throw new Unacceptable("'" + key + "' holds values from " + (long) types.least() + " to "
                    + (long) types.most() + "; expected 1 to 6");
        }
    }

    private List<String> controlTokens(Array tokens) {
        List<String> control = new ArrayList<>();
        if (metadata.get(GgufReader.TOKEN_TYPES) instanceof Array types) {
            for (int i = 0; i < types.count(); i++) {
                if (NO_TEXT.contains(types.elements().get(i))) {
                    control.add((String) tokens.elements().get(i));
                }
            }
        }
        return control;
    }

    /** An array with one number per token, if it is there. */
    private void parallel(String key, int size) throws Unacceptable {
        Object value = metadata.get(key);
        if (value != null && (!(value instanceof Array array) || array.texts() || array.count() != size)) {
            throw new Unacceptable("'" + key + "' does not hold one number for each of the " + size + " tokens");
        }
    }

    private void tokenIds(int size) throws Unacceptable {
        for (Map.Entry<String, Object> entry : metadata.entrySet()) {
            String key = entry.getKey();
            if (key.startsWith("tokenizer.ggml.")
                    && key.endsWith("_token_id")
                    && (!(entry.getValue() instanceof Long id) || id < 0 || id >= size)) {
                throw new Unacceptable(
                        "'" + key + "' is " + entry.getValue() + ", but the vocabulary has only " + size + " tokens");
            }
        }
    }

    private void embedding(int size) throws Unacceptable {
        int width = positive("embedding_length");
        for (Tensor tensor : content.tensors()) {
            if (tensor.name().equals("token_embd.weight")) {
                List<Long> shape = tensor.shape();
                if (shape.size() != 2 || shape.get(0) != width || shape.get(1) < size) {
                    throw new Unacceptable("tensor 'token_embd.weight' has the shape " + shape + "; expected " + width
                            + " by at least " + size);
                }
                return;
            }
        }
        throw new Unacceptable("it has no tensor 'token_embd.weight', so it is not a whole model");
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    private String text(String key) throws Unacceptable {
        if (metadata.get(key) instanceof String value && !value.isEmpty()) {
            return value;
        }
        throw new Unacceptable("'" + key + "' is missing or not a text");
    }

    private int positive(String name) throws Unacceptable {
        Object value = metadata.get(key(name));
        if (value instanceof Long number && number >= 1 && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw new Unacceptable("'" + key(name) + "' is " + (value == null ? "missing" : value)
                + "; expected a whole number of 1 or more");
    }
}
