package io.arkestra.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The vocabulary of the tiny llama models: byte-level BPE as GPT-2 has it, without merges. Three control tokens, then one token per byte,
 * so that every text is tokenised into its UTF-8 bytes; then whatever a script adds.
 */
final class ByteVocabulary {
    /** A control token: it has no text and ends nothing. */
    static final int SILENT = 1;

    static final int END = 2;
    static final int FIRST_BYTE = 3;
    static final int BYTES_END = FIRST_BYTE + 256;

    static final String CHAT_TEMPLATE =
            "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content']"
                    + " + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{'<|im_start|>assistant\\n'}}{% endif %}";

    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final char[] LETTERS = letters();

    private ByteVocabulary() {}

    /** GPT-2's spelling of bytes: printable ones stand for themselves, the others for letters from U+0100 on. */
    static String spelled(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte value : bytes) {
            text.append(LETTERS[value & 0xff]);
        }
        return text.toString();
    }

    static void write(GgufWriter file, List<byte[]> pieces) {
        List<String> tokens = new ArrayList<>(List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"));
        List<Integer> types = new ArrayList<>(Collections.nCopies(FIRST_BYTE, CONTROL));
        for (int value = 0; value < 256; value++) {
            tokens.add(String.valueOf(LETTERS[value]));
        }
        pieces.forEach(piece -> tokens.add(spelled(piece)));
        types.addAll(Collections.nCopies(tokens.size() - FIRST_BYTE, NORMAL));
        file.text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", "gpt-2")
                .texts("tokenizer.ggml.tokens", tokens)
                .i32s("tokenizer.ggml.token_type", types)
                .texts("tokenizer.ggml.merges", List.of("h e"))
                .u32("tokenizer.ggml.bos_token_id", 0)
                .u32("tokenizer.ggml.eos_token_id", END)
                .u32("tokenizer.ggml.padding_token_id", 0)
                .bool("tokenizer.ggml.add_bos_token", false)
                .text("tokenizer.chat_template", CHAT_TEMPLATE);
    }

    private static char[] letters() {
        char[] letters = new char[256];
        int next = 0x100;
        for (int value = 0; value < 256; value++) {
            boolean printable = (value >= 33 && value <= 126) || (value >= 161 && value <= 172) || value >= 174;
            letters[value] = (char) (printable ? value : next++);
        }
        return letters;
    }
}
