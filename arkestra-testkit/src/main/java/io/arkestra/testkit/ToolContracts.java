package io.arkestra.testkit;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the tests that extend {@link ToolContract}, so that a test can compare the tools that a module ships with those that have a contract,
 * and no new tool is forgotten.
 */
public final class ToolContracts {
    private static final String SUFFIX = ".class";

    private ToolContracts() {}

    /**
     * The names of the tools that have a contract among the compiled classes beside one of them. Each world is opened, asked for its tool and
     * closed again.
     *
     * @param beside a class of the tests
     * @param directory an empty directory
     */
    public static Set<String> names(Class<?> beside, Path directory) throws IOException {
        Path classes;
        try {
            classes = Path.of(
                    beside.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException("The classes beside " + beside.getName() + " are in no directory", e);
        }
        List<String> all;
        try (Stream<Path> walk = Files.walk(classes)) {
            all = walk.map(path -> classes.relativize(path).toString().replace('\\', '/'))
                    .filter(path -> path.contains("ContractTest") && path.endsWith(SUFFIX))
                    .map(path ->
                            path.substring(0, path.length() - SUFFIX.length()).replace('/', '.'))
                    .sorted()
                    .toList();
        }
        Set<String> names = new TreeSet<>();
        int number = 0;
        for (String name : all) {
            try {
                Class<?> type = Class.forName(name, false, beside.getClassLoader());
                if (ToolContract.class.isAssignableFrom(type)
                        && !Modifier.isAbstract(type.getModifiers())
                        && !type.isAnonymousClass()) {
                    Path place = Files.createDirectory(directory.resolve("contract-" + number++));
                    names.add(toolOf((ToolContract) made(type), place));
                }
            } catch (ReflectiveOperationException e) {
                throw new IOException("The contract " + name + " cannot be made", e);
            }
        }
        return names;
    }

    private static String toolOf(ToolContract contract, Path directory) throws IOException {
        contract.directory = directory;
        try {
            contract.openWorld();
            return contract.tool().spec().name();
        } catch (Exception e) {
            throw new IOException("The world of " + contract.getClass().getName() + " does not open", e);
        } finally {
            end(contract);
        }
    }

    private static void end(ToolContract contract) throws IOException {
        try {
            contract.closeWorld();
        } catch (Exception e) {
            throw new IOException("The world of " + contract.getClass().getName() + " does not close", e);
        }
    }

    /** A nested class with one of what it is nested in. */
    private static Object made(Class<?> type) throws ReflectiveOperationException {
        Class<?> outer = type.getEnclosingClass();
        boolean inner = outer != null && !Modifier.isStatic(type.getModifiers());
        Constructor<?> constructor = inner ? type.getDeclaredConstructor(outer) : type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return inner ? constructor.newInstance(made(outer)) : constructor.newInstance();
    }
}
