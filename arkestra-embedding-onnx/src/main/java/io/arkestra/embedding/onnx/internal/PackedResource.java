package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.EmbeddingException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a resource of the class path is known by without unpacking it: another one of the same name and size has another checksum.
 *
 * @param path absolute
 * @param size in bytes
 * @param crc CRC-32 of its bytes
 */
record PackedResource(String path, long size, long crc) {
    static boolean exists(String path) {
        return url(path) != null;
    }

    static PackedResource of(String path) {
        URL url = url(path);
        if (url == null) {
            throw new EmbeddingException("missing", "The resource " + path + " is not on the class path", null);
        }
        try {
            URLConnection connection = url.openConnection();
            if (connection instanceof JarURLConnection jar
                    && jar.getJarEntry() != null
                    && jar.getJarEntry().getCrc() >= 0) {
                return new PackedResource(
                        path, jar.getJarEntry().getSize(), jar.getJarEntry().getCrc());
            }
            try (CheckedInputStream in = new CheckedInputStream(url.openStream(), new CRC32())) {
                long size = in.transferTo(java.io.OutputStream.nullOutputStream());
                return new PackedResource(path, size, in.getChecksum().getValue());
            }
        } catch (IOException e) {
            throw new EmbeddingException("missing", "The resource " + path + " cannot be read (" + e + ")", e);
        }
    }

    InputStream open() throws IOException {
        URL url = url(path);
        if (url == null) {
            throw new IOException("the resource " + path + " has gone from the class path");
        }
        return url.openStream();
    }

    /** Whether a file is this resource, byte for byte: it may have been damaged since it was unpacked. Takes about a second for 2 GB. */
    boolean isIn(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != size) {
            return false;
        }
        CRC32 sum = new CRC32();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer) >= 0) {
                sum.update(buffer.flip());
                buffer.clear();
            }
        }
        return sum.getValue() == crc;
    }

    /** Eight hexadecimal digits. */
    String checksum() {
        return String.format("%08x", crc);
    }

    private static @Nullable URL url(String path) {
        return PackedResource.class.getResource(path);
    }
}
