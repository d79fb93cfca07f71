package io.arkestra.llm.llamacpp.worker.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** JSON values over a socket, each after its length in bytes (four, big endian). One thread reads; any thread writes. */
final class Frames {
    /** The version of what is said in the frames; both sides come from the same build, so another one is an error. */
    static final int VERSION = 1;

    private static final int LONGEST = 64 * 1024 * 1024;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final ReentrantLock writing = new ReentrantLock();

    Frames(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    /** The next value; null when the other side has ended. */
    @Nullable
    Json read() throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException e) {
            return null;
        }
        if (length < 2 || length > LONGEST) {
            throw new IOException("A frame of " + length + " bytes; expected 2 to " + LONGEST);
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            return null;
        }
        try {
            return Json.parse(new String(bytes, StandardCharsets.UTF_8), Json.Limits.ofChars(LONGEST));
        } catch (InvalidInputException e) {
            throw new IOException("A frame that is not JSON", e);
        }
    }

    void write(Json value) throws IOException {
        byte[] bytes = value.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST) {
            throw new IOException("A frame of " + bytes.length + " bytes; at most " + LONGEST + " can be sent");
        }
        writing.lock();
        try {
            out.writeInt(bytes.length);
            out.write(bytes);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    /** How long {@link #read()} waits before it fails. */
    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // A socket that cannot be closed is gone already; nobody waits for what it might still have sent.
            return;
        }
    }
}
