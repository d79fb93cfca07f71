package io.arkestra.vector.search.internal;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** Chooses the kernels once, when they are first asked for. */
final class KernelChoice {
    static final VectorKernels BEST = choose();

    private KernelChoice() {}

    /** The module is resolved only when somebody asked for it at start; a class that uses it cannot even be loaded otherwise. */
    static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    private static VectorKernels choose() {
        if (!vectorModulePresent()) {
            return PlainKernels.INSTANCE;
        }
        try {
            VectorKernels panama = (VectorKernels) Class.forName(
                            "io.arkestra.vector.search.internal.PanamaKernels",
                            true,
                            KernelChoice.class.getClassLoader())
                    .getDeclaredConstructor()
                    .newInstance();
            String wrong = check(panama);
            return wrong.isEmpty() ? panama : new PlainKernels("the Vector API is there but " + wrong);
        } catch (InvocationTargetException e) {
            return new PlainKernels("the Vector API is there but does not work: " + e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            // An incubating module may change with every JDK; plain Java always works.
            return new PlainKernels("the Vector API is there but does not fit: " + e);
        }
    }

    /** What the kernels compute wrongly, empty when nothing; lengths that are no multiple of any vector are among the tests. */
    private static String check(VectorKernels kernels) {
        for (int length : new int[] {1, 7, 16, 61, 384}) {
            float[] a = new float[length];
            float[] b = new float[5 * length];
            byte[] codes = new byte[5 * length];
            for (int i = 0; i < b.length; i++) {
                a[i % length] = (i % 13 - 6) / 8f;
                b[i] = (i % 11 - 5) / 8f;
                codes[i] = (byte) (i % 251 - 125);
            }
            int[] ordinals = {4, 0, 3, 1, 2};
            float[][] got = new float[2][5];
            float[][] expected = new float[2][5];
            kernels.dots(a, b, 0, 5, got[0], 0);
            PlainKernels.INSTANCE.dots(a, b, 0, 5, expected[0], 0);
            kernels.dotsOfCodes(a, codes, ordinals, 5, got[1]);
            PlainKernels.INSTANCE.dotsOfCodes(a, codes, ordinals, 5, expected[1]);
            for (int i = 0; i < 5; i++) {
                if (Math.abs(got[0][i] - expected[0][i]) > 1e-3 || Math.abs(got[1][i] - expected[1][i]) > 1) {
                    return "computes " + Arrays.deepToString(got) + " in place of " + Arrays.deepToString(expected);
                }
            }
        }
        return "";
    }
}
