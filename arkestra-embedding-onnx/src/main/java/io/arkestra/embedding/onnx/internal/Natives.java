package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.EmbeddingException;
import io.arkestra.spi.Availability;
import io.arkestra.spi.Environment;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The native libraries of ONNX Runtime: kept unpacked, because the library itself unpacks them at every start and leaves rubbish. */
final class Natives {
    static final String PROPERTY = "onnxruntime.native.path";
    private static final ReentrantLock LOADING = new ReentrantLock();

    private Natives() {}

    /** Why ONNX Runtime cannot run here; empty when it can. */
    static Optional<String> obstacle(String osName, String osArch, boolean givenByHost) {
        if (givenByHost) {
            return Optional.empty();
        }
        String system = system(osName);
        String folder = folder(system, osArch);
        boolean all = names(system).stream().allMatch(name -> PackedResource.exists(folder + name));
        return all
                ? Optional.empty()
                : Optional.of("ONNX Runtime has no native libraries for " + osName + " on " + osArch
                        + "; set the system property " + PROPERTY + " to a directory that has them");
    }

    private static String system(String osName) {
        String os = osName.toLowerCase(Locale.ROOT);
        return os.contains("linux") ? "linux" : os.contains("mac") ? "osx" : os.contains("win") ? "win" : os;
    }

    private static String folder(String system, String osArch) {
        String arch = osArch.toLowerCase(Locale.ROOT);
        String machine = switch (arch) {
            case "amd64", "x86_64" -> "x64";
            case "aarch64", "arm64" -> "aarch64";
            default -> arch;
        };
        return "/ai/onnxruntime/native/" + system + "-" + machine + "/";
    }

    private static List<String> names(String system) {
        return switch (system) {
            case "osx" -> List.of("libonnxruntime.dylib", "libonnxruntime4j_jni.dylib");
            case "win" -> List.of("onnxruntime.dll", "onnxruntime4j_jni.dll");
            default -> List.of("libonnxruntime.so", "libonnxruntime4j_jni.so");
        };
    }

    static Availability availability(Environment environment) {
        if (!environment.hasClass("ai.onnxruntime.OrtEnvironment")) {
            return Availability.missing(
                    "ONNX Runtime is not on the class path; add com.microsoft.onnxruntime:onnxruntime");
        }
        return obstacle(
                        environment.property("os.name").orElse(""),
                        environment.property("os.arch").orElse(""),
                        environment.property(PROPERTY).isPresent())
                .map(Availability::missing)
                .orElseGet(Availability::ready);
    }

    /**
     * Unpacks the libraries and loads them, unless the host named a directory of its own or they are loaded already: a process loads them
     * once, from wherever its first engine keeps them.
     */
    static void prepare(UnpackDirectory directory) {
        LOADING.lock();
        try {
            if (System.getProperty(PROPERTY) != null) {
                return;
            }
            String osName = System.getProperty("os.name", "");
            String osArch = System.getProperty("os.arch", "");
            Optional<String> obstacle = obstacle(osName, osArch, false);
            if (obstacle.isPresent()) {
                throw new EmbeddingException("missing", obstacle.get(), null);
            }
            String system = system(osName);
            String folder = folder(system, osArch);
            String main = names(system).get(0);
            // By checksum: another version never finds the libraries of this one.
            UnpackDirectory own = directory.in(
                    "onnxruntime-" + PackedResource.of(folder + main).checksum());
            ModelFiles files = new ModelFiles(own);
            names(system).forEach(name -> files.unpackAs(folder + name, name));
            System.setProperty(PROPERTY, own.path().toAbsolutePath().toString());
            OnnxEnvironment.get(); // now, before anybody can take the files away
        } finally {
            LOADING.unlock();
        }
    }
}
