package io.arkestra.keyword.lucene.internal;

import io.arkestra.keyword.KeywordIndexException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * The one thread that opens, writes and closes Lucene's files. Turns are cancelled by interrupting their threads, and an interrupt
 * during file access closes the channel and with it the index writer; so no caller's thread ever touches a channel, and waiting for
 * this thread is not cut short by an interrupt either. The caller's interrupt flag is kept.
 */
final class IndexThread implements AutoCloseable {
    private final String index;
    private final ExecutorService executor;

    IndexThread(String index) {
        this.index = index;
        this.executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "arkestra-keyword-" + index);
            thread.setDaemon(true);
            return thread;
        });
    }

    <T> T call(Callable<T> work) {
        Future<T> future;
        try {
            future = executor.submit(work);
        } catch (RejectedExecutionException e) {
            throw closed(index, e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw translate(e.getCause() == null ? e : e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private KeywordIndexException translate(Throwable cause) {
        if (cause instanceof KeywordIndexException known) {
            return known;
        }
        if (cause instanceof IOException) {
            return new KeywordIndexException(
                    "io", "The keyword index '" + index + "' cannot use its files: " + cause, cause);
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new KeywordIndexException("damaged", "The keyword index '" + index + "' failed: " + cause, cause);
    }

    static KeywordIndexException closed(String index, Throwable cause) {
        return new KeywordIndexException(
                "closed", "The keyword index '" + index + "' is closed; it closes together with its engine", cause);
    }

    /** Runs what was handed in before, then ends the thread. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
