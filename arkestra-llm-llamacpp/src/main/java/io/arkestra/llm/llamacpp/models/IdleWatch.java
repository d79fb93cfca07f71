package io.arkestra.llm.llamacpp.models;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Closes a stream that gave nothing for a while; closing it from another thread ends a waiting read. */
final class IdleWatch extends FilterInputStream {
    private final Duration idle;
    private final ScheduledExecutorService clock;
    private volatile long heard = System.nanoTime();
    private volatile boolean reading;
    private volatile boolean silent;

    IdleWatch(InputStream in, Duration idle) {
        super(in);
        this.idle = idle;
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "arkestra-model-download-watch");
            thread.setDaemon(true);
            return thread;
        });
        long every = Math.max(10, Math.min(1000, idle.toMillis() / 4));
        clock.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
    }

    /** Why the stream ended early. */
    String ending() {
        return silent ? "nothing came for " + idle.toMillis() + " ms" : "the connection ended";
    }

    private void look() {
        if (reading && System.nanoTime() - heard > idle.toNanos()) {
            silent = true;
            close();
        }
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        heard = System.nanoTime();
        reading = true;
        int count = in.read(bytes, from, length);
        reading = false;
        if (silent) {
            // Closing may look like the end of the data to the reader.
            throw new IOException(ending());
        }
        return count;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
