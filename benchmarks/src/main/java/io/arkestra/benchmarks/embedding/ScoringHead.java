package io.arkestra.benchmarks.embedding;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Makes an encoder a cross-encoder of the same cost: its outputs give way to one number per text, the mean of all. The scores mean nothing.
 * Rewrites the file's protocol buffer: model, field 7 is the graph; graph, field 1 are nodes and 12 the outputs.
 */
final class ScoringHead {
    private final byte[] bytes;
    private int at;

    private ScoringHead(byte[] bytes) {
        this.bytes = bytes;
    }

    static byte[] on(byte[] model) {
        return new ScoringHead(model).copy(7, true);
    }

    private byte[] copy(int field, boolean outer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 256);
        while (at < bytes.length) {
            int start = at;
            long key = varint();
            if ((key & 7) == 0) {
                varint();
                out.write(bytes, start, at - start);
                continue;
            }
            int length = (int) varint();
            int content = at;
            at += length;
            if (key >>> 3 != field) {
                out.write(bytes, start, at - start);
            } else if (outer) {
                byte[] graph = new ScoringHead(java.util.Arrays.copyOfRange(bytes, content, at)).copy(12, false);
                message(out, 7, graph);
            }
        }
        if (!outer) {
            message(out, 1, mean("last_hidden_state", "per_token", 2, 0));
            message(out, 1, mean("per_token", "logits", 1, 1));
            message(out, 12, output());
        }
        return out.toByteArray();
    }

    private static byte[] mean(String input, String output, int axis, int keep) {
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        message(node, 1, text(input));
        message(node, 2, text(output));
        message(node, 4, text("ReduceMean"));
        message(node, 5, attribute("axes", 8, axis, 7));
        message(node, 5, attribute("keepdims", 3, keep, 2));
        return node.toByteArray();
    }

    private static byte[] attribute(String name, int field, int value, int type) {
        ByteArrayOutputStream attribute = new ByteArrayOutputStream();
        message(attribute, 1, text(name));
        number(attribute, field, value);
        number(attribute, 20, type);
        return attribute.toByteArray();
    }

    private static byte[] output() {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, 1);
        ByteArrayOutputStream type = new ByteArrayOutputStream();
        message(type, 1, tensor.toByteArray());
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        message(value, 1, text("logits"));
        message(value, 2, type.toByteArray());
        return value.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, (long) field << 3);
        varint(out, value);
    }

    private static void message(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, (long) field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
