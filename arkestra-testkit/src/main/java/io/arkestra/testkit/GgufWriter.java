package io.arkestra.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Writes GGUF, version 3, little endian, every tensor in 32-bit floats. Not thread-safe. */
final class GgufWriter {
    private static final int ALIGNMENT = 32;
    private static final int U32 = 4;
    private static final int I32 = 5;
    private static final int F32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private record Tensor(String name, long[] shape, float[] values) {}

    private final List<byte[]> metadata = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();

    GgufWriter text(String key, String value) {
        return entry(key, STRING, string(value));
    }

    GgufWriter u32(String key, int value) {
        return entry(key, U32, little(4).putInt(value).array());
    }

    GgufWriter f32(String key, float value) {
        return entry(key, F32, little(4).putFloat(value).array());
    }

    GgufWriter bool(String key, boolean value) {
        return entry(key, BOOL, new byte[] {(byte) (value ? 1 : 0)});
    }

    GgufWriter texts(String key, Collection<String> values) {
        List<byte[]> items = values.stream().map(GgufWriter::string).toList();
        return array(key, STRING, items);
    }

    GgufWriter i32s(String key, Collection<Integer> values) {
        return array(
                key,
                I32,
                values.stream().map(value -> little(4).putInt(value).array()).toList());
    }

    /** @param shape the contiguous dimension first: a matrix from {@code in} to {@code out} is {@code in, out} */
    GgufWriter tensor(String name, float[] values, long... shape) {
        tensors.add(new Tensor(name, shape, values));
        return this;
    }

    byte[] toBytes() {
        List<byte[]> parts = new ArrayList<>();
        parts.add(new byte[] {'G', 'G', 'U', 'F'});
        parts.add(little(20)
                .putInt(3)
                .putLong(tensors.size())
                .putLong(metadata.size())
                .array());
        parts.addAll(metadata);
        long offset = 0;
        for (Tensor tensor : tensors) {
            ByteBuffer info = little(4 + 8 * tensor.shape.length + 4 + 8);
            info.putInt(tensor.shape.length);
            for (long size : tensor.shape) {
                info.putLong(size);
            }
            info.putInt(0).putLong(offset);
            parts.add(string(tensor.name));
            parts.add(info.array());
            offset += padded(4L * tensor.values.length);
        }
        int header = parts.stream().mapToInt(part -> part.length).sum();
        ByteBuffer file = little(Math.toIntExact(padded(header) + offset));
        parts.forEach(file::put);
        for (Tensor tensor : tensors) {
            file.position((int) padded(file.position()));
            for (float value : tensor.values) {
                file.putFloat(value);
            }
        }
        return file.array();
    }

    private GgufWriter array(String key, int type, List<byte[]> items) {
        int size = items.stream().mapToInt(item -> item.length).sum();
        ByteBuffer all = little(12 + size).putInt(type).putLong(items.size());
        items.forEach(all::put);
        return entry(key, ARRAY, all.array());
    }

    private GgufWriter entry(String key, int type, byte[] value) {
        byte[] name = string(key);
        metadata.add(little(name.length + 4 + value.length)
                .put(name)
                .putInt(type)
                .put(value)
                .array());
        return this;
    }

    private static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return little(8 + bytes.length).putLong(bytes.length).put(bytes).array();
    }

    private static long padded(long size) {
        return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
