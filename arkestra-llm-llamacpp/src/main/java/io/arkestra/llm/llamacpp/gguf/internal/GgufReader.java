package io.arkestra.llm.llamacpp.gguf.internal;

import io.arkestra.llm.llamacpp.gguf.internal.GgufContent.Array;
import io.arkestra.llm.llamacpp.gguf.internal.GgufContent.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the header of a GGUF file and checks its structure: counts, lengths, types, shapes, offsets, sizes. */
final class GgufReader {
    static final String TOKENS = "tokenizer.ggml.tokens";
    static final String TOKEN_TYPES = "tokenizer.ggml.token_type";

    private static final int MAGIC = 0x46554747;
    private static final int MOST_ENTRIES = 100_000;
    private static final int MOST_ELEMENTS = 16_000_000;
    private static final int LONGEST_KEY = 65_535;
    private static final int LONGEST_NAME = 63;
    private static final int TEXT = 8;
    private static final int ARRAY = 9;
    private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 8, 0, 8, 8, 8};

    private final GgufInput in;
    private final Map<String, Object> metadata = new LinkedHashMap<>();

    private GgufReader(GgufInput in) {
        this.in = in;
    }

    static GgufContent read(GgufInput in) throws IOException, Unacceptable {
        return new GgufReader(in).content();
    }

    private GgufContent content() throws IOException, Unacceptable {
        int magic = in.i32("the magic number");
        if (magic != MAGIC) {
            throw new Unacceptable("it is not a GGUF file: it begins with "
                    + "%08x instead of 'GGUF'".formatted(Integer.reverseBytes(magic)));
        }
        long version = in.u32("the version");
        if (version != 2 && version != 3) {
            throw new Unacceptable("its format version is " + version + "; expected 2 or 3");
        }
        long tensors = count("tensors");
        long entries = count("metadata entries");
        for (long i = 0; i < entries; i++) {
            entry();
        }
        return new GgufContent(metadata, tensors(tensors));
    }

    private long count(String what) throws IOException, Unacceptable {
        long count = in.i64("the number of " + what);
        if (count < 1 || count > MOST_ENTRIES) {
            throw new Unacceptable("it is said to hold " + Long.toUnsignedString(count) + " " + what
                    + "; expected 1 to " + MOST_ENTRIES);
        }
        return count;
    }

    private void entry() throws IOException, Unacceptable {
        String key = in.text("a metadata key", LONGEST_KEY);
        if (metadata.containsKey(key)) {
            throw new Unacceptable("its metadata holds the key '" + key + "' twice");
        }
        int type = in.i32("the type of '" + key + "'");
        metadata.put(key, type == ARRAY ? array(key) : value(type, "'" + key + "'"));
    }

    private Object value(int type, String what) throws IOException, Unacceptable {
        return switch (type) {
            case 0 -> (long) in.u8(what);
            case 1 -> (long) (byte) in.u8(what);
            case 2 -> (long) in.u16(what);
            case 3 -> (long) (short) in.u16(what);
            case 4 -> in.u32(what);
            case 5 -> (long) in.i32(what);
            case 6 -> (double) in.f32(what);
            case 7 -> bool(what);
            case TEXT -> in.text(what, Integer.MAX_VALUE);
            case 10, 11 -> in.i64(what);
            case 12 -> in.f64(what);
            default -> throw new Unacceptable(what + " has the unknown type " + Integer.toUnsignedString(type));
        };
    }

    private boolean bool(String what) throws IOException, Unacceptable {
        int value = in.u8(what);
        if (value > 1) {
            throw new Unacceptable(what + " is a boolean with the value " + value + "; expected 0 or 1");
        }
        return value == 1;
    }

    private Array array(String key) throws IOException, Unacceptable {
        int type = in.i32("the element type of '" + key + "'");
        if (type < 0 || type == ARRAY || type >= SIZES.length) {
            throw new Unacceptable("'" + key + "' is an array of the unknown type " + Integer.toUnsignedString(type));
        }
        long count = in.i64("the length of '" + key + "'");
        long least = type == TEXT ? 8 : SIZES[type];
        if (count < 0 || count > Math.min(in.remaining() / least, MOST_ELEMENTS)) {
            throw new Unacceptable(
                    "'" + key + "' is said to have " + Long.toUnsignedString(count) + " elements, but only "
                            + in.remaining() + " bytes are left in the file; is the download truncated?");
        }
        return type == TEXT ? texts(key, (int) count) : numbers(key, type, (int) count);
    }

    private Array texts(String key, int count) throws IOException, Unacceptable {
        boolean vocabulary = key.equals(TOKENS);
        boolean merges = key.equals("tokenizer.ggml.merges");
        Set<String> seen = new HashSet<>();
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = in.text(key + "[" + i + "]", Integer.MAX_VALUE);
            if (vocabulary && text.indexOf(0) >= 0) {
                // llama.cpp reads up to the zero, so that two tokens may become one.
                throw new Unacceptable("token " + i + " of its vocabulary holds a zero byte");
            }
            if (vocabulary && !seen.add(text)) {
                throw new Unacceptable("token " + i + " of its vocabulary, '" + text + "', is there twice");
            }
            if (vocabulary) {
                kept.add(text);
            }
            if (merges && text.indexOf(' ', 1) < 0) {
                throw new Unacceptable("merge " + i + " of its tokenizer, '" + text + "', does not join two parts");
            }
        }
        return new Array(true, count, 0, 0, kept);
    }

    private Array numbers(String key, int type, int count) throws IOException, Unacceptable {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object value = value(type, key + "[" + i + "]");
            double number = value instanceof Number given ? given.doubleValue() : 0;
            least = Math.min(least, number);
            most = Math.max(most, number);
            if (key.equals(TOKEN_TYPES)) {
                kept.add(value);
            }
        }
        return new Array(false, count, least, most, kept);
    }

    private List<Tensor> tensors(long count) throws IOException, Unacceptable {
        long alignment = alignment();
        List<Tensor> tensors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long end = 0;
        long next = 0;
        for (long i = 0; i < count; i++) {
            String name = in.text("the name of tensor " + i, LONGEST_NAME);
            if (!names.add(name)) {
                throw new Unacceptable("it holds the tensor '" + name + "' twice");
            }
            List<Long> shape = shape(name);
            int id = in.i32("the type of tensor '" + name + "'");
            GgmlType type = GgmlType.of(id);
            if (type == null) {
                throw new Unacceptable("tensor '" + name + "' has the unknown type " + Integer.toUnsignedString(id)
                        + "; a newer version of llama.cpp may know it");
            }
            long offset = in.i64("the offset of tensor '" + name + "'");
            if (offset != next) {
                throw new Unacceptable("tensor '" + name + "' is said to begin at byte " + Long.toUnsignedString(offset)
                        + " of the data; expected " + next);
            }
            Tensor tensor = new Tensor(name, shape, elements(name, shape));
            end = end(tensor, type, offset);
            next = padded(end, alignment);
            tensors.add(tensor);
        }
        long needed = add(padded(in.position(), alignment), end, "the file");
        long size = in.position() + in.remaining();
        if (needed > size) {
            throw new Unacceptable("the download is truncated: has " + size + " bytes, needs " + needed
                    + "; download it again or resume the download");
        }
        return tensors;
    }

    private long alignment() throws Unacceptable {
        Object value = metadata.getOrDefault("general.alignment", 32L);
        if (!(value instanceof Long alignment)
                || alignment < 1
                || alignment > 1 << 20
                || Long.bitCount(alignment) != 1) {
            throw new Unacceptable("'general.alignment' is " + value + "; expected a power of two up to 1048576");
        }
        return alignment;
    }

    private List<Long> shape(String name) throws IOException, Unacceptable {
        long dimensions = in.u32("the dimensions of tensor '" + name + "'");
        if (dimensions < 1 || dimensions > 4) {
            throw new Unacceptable("tensor '" + name + "' has " + dimensions + " dimensions; expected 1 to 4");
        }
        List<Long> shape = new ArrayList<>();
        for (long i = 0; i < dimensions; i++) {
            long size = in.i64("the shape of tensor '" + name + "'");
            if (size < 1) {
                throw new Unacceptable("tensor '" + name + "' has " + size + " elements in dimension " + i);
            }
            shape.add(size);
        }
        return List.copyOf(shape);
    }

    private static long elements(String name, List<Long> shape) throws Unacceptable {
        long product = 1;
        for (long size : shape) {
            try {
                product = Math.multiplyExact(product, size);
            } catch (ArithmeticException e) {
                throw new Unacceptable("tensor '" + name + "' has the absurd shape " + shape);
            }
        }
        return product;
    }

    private static long end(Tensor tensor, GgmlType type, long offset) throws Unacceptable {
        if (tensor.shape().get(0) % type.block() != 0) {
            throw new Unacceptable("tensor '" + tensor.name() + "' has rows of "
                    + tensor.shape().get(0) + " elements, which " + type.name() + " cannot store in blocks of "
                    + type.block());
        }
        long blocks = tensor.elements() / type.block();
        if (blocks > Long.MAX_VALUE / type.bytes()) {
            throw new Unacceptable("tensor '" + tensor.name() + "' has the absurd shape " + tensor.shape());
        }
        return add(offset, blocks * type.bytes(), "tensor '" + tensor.name() + "'");
    }

    private static long padded(long size, long alignment) throws Unacceptable {
        return add(size, alignment - 1, "the file") / alignment * alignment;
    }

    private static long add(long left, long right, String what) throws Unacceptable {
        try {
            return Math.addExact(left, right);
        } catch (ArithmeticException e) {
            throw new Unacceptable(what + " would be larger than any file can be");
        }
    }
}
