package io.arkestra.llm.llamacpp.gguf.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the elements of a tensor are stored.
 *
 * @param name as llama.cpp spells it
 * @param block elements that are stored together
 * @param bytes of a block
 */
record GgmlType(String name, int block, int bytes) {
    private static final Map<Integer, GgmlType> BY_ID = Map.ofEntries(
            type(0, "F32", 1, 4),
            type(1, "F16", 1, 2),
            type(2, "Q4_0", 32, 18),
            type(3, "Q4_1", 32, 20),
            type(6, "Q5_0", 32, 22),
            type(7, "Q5_1", 32, 24),
            type(8, "Q8_0", 32, 34),
            type(9, "Q8_1", 32, 36),
            type(10, "Q2_K", 256, 84),
            type(11, "Q3_K", 256, 110),
            type(12, "Q4_K", 256, 144),
            type(13, "Q5_K", 256, 176),
            type(14, "Q6_K", 256, 210),
            type(15, "Q8_K", 256, 292),
            type(16, "IQ2_XXS", 256, 66),
            type(17, "IQ2_XS", 256, 74),
            type(18, "IQ3_XXS", 256, 98),
            type(19, "IQ1_S", 256, 50),
            type(20, "IQ4_NL", 32, 18),
            type(21, "IQ3_S", 256, 110),
            type(22, "IQ2_S", 256, 82),
            type(23, "IQ4_XS", 256, 136),
            type(24, "I8", 1, 1),
            type(25, "I16", 1, 2),
            type(26, "I32", 1, 4),
            type(27, "I64", 1, 8),
            type(28, "F64", 1, 8),
            type(29, "IQ1_M", 256, 56),
            type(30, "BF16", 1, 2),
            type(34, "TQ1_0", 256, 54),
            type(35, "TQ2_0", 256, 66),
            type(39, "MXFP4", 32, 17));

    private static final Map<Integer, String> FILE_TYPES = Map.ofEntries(
            Map.entry(0, "F32"),
            Map.entry(1, "F16"),
            Map.entry(2, "Q4_0"),
            Map.entry(3, "Q4_1"),
            Map.entry(7, "Q8_0"),
            Map.entry(8, "Q5_0"),
            Map.entry(9, "Q5_1"),
            Map.entry(10, "Q2_K"),
            Map.entry(11, "Q3_K_S"),
            Map.entry(12, "Q3_K_M"),
            Map.entry(13, "Q3_K_L"),
            Map.entry(14, "Q4_K_S"),
            Map.entry(15, "Q4_K_M"),
            Map.entry(16, "Q5_K_S"),
            Map.entry(17, "Q5_K_M"),
            Map.entry(18, "Q6_K"),
            Map.entry(19, "IQ2_XXS"),
            Map.entry(20, "IQ2_XS"),
            Map.entry(21, "Q2_K_S"),
            Map.entry(22, "IQ3_XS"),
            Map.entry(23, "IQ3_XXS"),
            Map.entry(24, "IQ1_S"),
            Map.entry(25, "IQ4_NL"),
            Map.entry(26, "IQ3_S"),
            Map.entry(27, "IQ3_M"),
            Map.entry(28, "IQ2_S"),
            Map.entry(29, "IQ2_M"),
            Map.entry(30, "IQ4_XS"),
            Map.entry(31, "IQ1_M"),
            Map.entry(32, "BF16"),
            Map.entry(36, "TQ1_0"),
            Map.entry(37, "TQ2_0"),
            Map.entry(38, "MXFP4"));

    static @Nullable GgmlType of(int id) {
        return BY_ID.get(id);
    }

    /** The name of a {@code general.file_type}. */
    static String fileType(long id) {
        String name = id < 0 || id > 1000 ? null : FILE_TYPES.get((int) id);
        return name == null ? "unknown (" + id + ")" : name;
    }

    private static Map.Entry<Integer, GgmlType> type(int id, String name, int block, int bytes) {
        return Map.entry(id, new GgmlType(name, block, bytes));
    }
}
