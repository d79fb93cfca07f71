package io.arkestra.concurrent.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Makes named daemon threads. Thread-safe. */
public final class Threads {
    private static final @Nullable VirtualThreads VIRTUAL = VirtualThreads.find();

    private Threads() {}

    /** A thread, not started, for work that mostly waits: virtual from JDK 21 on, else a platform daemon thread. */
    public static Thread light(String name, Runnable task) {
        VirtualThreads virtual = VIRTUAL;
        return virtual == null ? daemon(name, task) : virtual.unstarted(name, task);
    }

    /** A platform daemon thread, not started. */
    public static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Makes platform daemon threads called {@code prefix-1}, {@code prefix-2} and so on. */
    public static ThreadFactory factory(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> daemon(prefix + "-" + count.incrementAndGet(), task);
    }

    /** Whether {@link #light} gives virtual threads. */
    public static boolean virtualAvailable() {
        return VIRTUAL != null;
    }

    /** {@code Thread.ofVirtual().name(name).unstarted(task)}, by reflection because the code is compiled for Java 17. */
    private record VirtualThreads(Method ofVirtual, Method name, Method unstarted) {
        static @Nullable VirtualThreads find() {
            // In 19 and 20 the methods exist but refuse to work without a command line flag.
            if (Runtime.version().feature() < 21) {
                return null;
            }
            try {
                Class<?> builder = Class.forName("java.lang.Thread$Builder");
                return new VirtualThreads(
                        Thread.class.getMethod("ofVirtual"),
                        builder.getMethod("name", String.class),
                        builder.getMethod("unstarted", Runnable.class));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("Java " + Runtime.version() + " has no virtual threads", e);
            }
        }

        Thread unstarted(String threadName, Runnable task) {
            try {
                Object builder = name.invoke(ofVirtual.invoke(null), threadName);
                return (Thread) unstarted.invoke(builder, task);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new LinkageError("Cannot make the virtual thread '" + threadName + "'", e);
            }
        }
    }
}
