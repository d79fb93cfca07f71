package io.arkestra.benchmarks.vector;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The newest Lucene, which needs a newer JDK than the project: {@link LuceneEngine} once more, in a class loader that sees the jar
 * {@code arkestra.bench.lucene} in place of the project's Lucene. The Vector API is used by each Lucene on some JDKs only: by 9.12 on 20 to
 * 23, by 10.6 on those of its time.
 */
final class NewerLucene {
    private static final int SINCE = 21;

    private NewerLucene() {}

    /** Empty where the JDK is too old or the jar is not there. */
    static Optional<VectorEngine> open() {
        Path jar = Path.of(System.getProperty("arkestra.bench.lucene", "benchmarks/target/rivals/lucene-core.jar"));
        if (Runtime.version().feature() < SINCE || !Files.exists(jar)) {
            return Optional.empty();
        }
        try {
            URL ours = LuceneEngine.class.getProtectionDomain().getCodeSource().getLocation();
            ClassLoader loader = new Loader(new URL[] {jar.toUri().toURL(), ours});
            return Optional.of((VectorEngine) Class.forName(LuceneEngine.class.getName(), true, loader)
                    .getDeclaredConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException | IOException e) {
            throw new IllegalStateException("The Lucene in " + jar + " could not be opened", e);
        }
    }

    private static final class Loader extends URLClassLoader {
        Loader(URL[] urls) {
            super(urls, LuceneEngine.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.apache.lucene.") && !name.equals(LuceneEngine.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }

        @Override
        public URL getResource(String name) {
            return name.contains("lucene") ? findResource(name) : super.getResource(name);
        }

        @Override
        public java.util.Enumeration<URL> getResources(String name) throws IOException {
            return name.contains("lucene") ? findResources(name) : super.getResources(name);
        }
    }
}
