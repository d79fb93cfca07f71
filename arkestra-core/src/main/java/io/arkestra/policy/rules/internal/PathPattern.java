package io.arkestra.policy.rules.internal;

import io.arkestra.tool.Platform;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Paths below a place. {@code *} stands for any characters of one part, {@code ?} for one character, {@code **} for any number of parts, none
 * included: {@code /a/**} is {@code /a} and everything below it, and never {@code /a-b}. Compared part by part with absolute paths whose
 * links are resolved. Without regard to case where file systems mostly have none. Immutable.
 */
final class PathPattern {
    private final String written;
    private final List<List<String>> forms;
    private final boolean ignoreCase;

    private PathPattern(String written, List<List<String>> forms, boolean ignoreCase) {
        this.written = written;
        this.forms = forms;
        this.ignoreCase = ignoreCase;
    }

    /**
     * Reads a pattern.
     *
     * @param home what {@code ~} stands for
     * @throws IllegalArgumentException saying what is wrong
     */
    static PathPattern of(String text, Path home, Platform platform) {
        boolean ignoreCase = platform == Platform.WINDOWS || platform == Platform.MACOS;
        String slashed = platform == Platform.WINDOWS ? text.replace('\\', '/') : text;
        if (slashed.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("holds a NUL character");
        }
        String full;
        if (slashed.equals("~") || slashed.startsWith("~/")) {
            full = slashes(home) + slashed.substring(1);
        } else if (slashed.equals("**") || slashed.startsWith("**/")) {
            full = "/" + slashed;
        } else {
            full = slashed;
        }
        boolean drive = full.length() > 2 && Character.isLetter(full.charAt(0)) && full.startsWith(":/", 1);
        if (!full.startsWith("/") && !drive) {
            throw new IllegalArgumentException("begins with neither / nor ~/ nor **/, so that it fits no path");
        }
        List<String> parts = parts(full, ignoreCase);
        if (parts.contains(".") || parts.contains("..")) {
            throw new IllegalArgumentException("has a part . or .., and no resolved path has one");
        }
        for (String part : parts) {
            if (part.contains("**") && !part.equals("**")) {
                throw new IllegalArgumentException("has ** beside other characters; expected ** between slashes");
            }
        }
        List<List<String>> forms = new ArrayList<>();
        forms.add(parts);
        List<String> resolved = parts(resolved(full), ignoreCase);
        if (!resolved.equals(parts)) {
            forms.add(resolved);
        }
        return new PathPattern(text, List.copyOf(forms), ignoreCase);
    }

    /** The same with links resolved in front of the first wildcard: what is compared has none. */
    private static String resolved(String full) {
        int wild = full.length();
        for (int i = 0; i < full.length(); i++) {
            if (full.charAt(i) == '*' || full.charAt(i) == '?') {
                wild = i;
                break;
            }
        }
        int end = wild == full.length() ? wild : full.lastIndexOf('/', wild);
        String rest = full.substring(Math.max(end, 0));
        try {
            Path fixed = Path.of(full.substring(0, Math.max(end, 1)));
            Path missing = Path.of("");
            while (true) {
                try {
                    String real = slashes(fixed.toRealPath());
                    String tail = slashes(missing);
                    return real + (tail.isEmpty() ? "" : (real.endsWith("/") ? "" : "/") + tail) + rest;
                } catch (IOException e) {
                    Path name = fixed.getFileName();
                    Path parent = fixed.getParent();
                    if (name == null || parent == null) {
                        return full;
                    }
                    missing = name.resolve(missing.toString());
                    fixed = parent;
                }
            }
        } catch (InvalidPathException e) {
            return full;
        }
    }

    private static String slashes(Path path) {
        String text = path.toString().replace('\\', '/');
        return text.equals("/") ? "" : text;
    }

    /** @throws RuleFailure when the path is not one that a tool may give as resolved */
    boolean matches(String path) {
        boolean drive = path.length() > 2 && path.startsWith(":/", 1);
        if ((!path.startsWith("/") && !drive) || path.indexOf('\0') >= 0) {
            throw new RuleFailure("the tool names a path that is not absolute, so that no rule can judge it");
        }
        List<String> parts = parts(path, ignoreCase);
        for (String part : parts) {
            if (part.equals(".") || part.equals("..")) {
                throw new RuleFailure("the tool names a path with . or .. in it, so that no rule can judge it");
            }
        }
        for (List<String> form : forms) {
            if (matches(form, parts)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(List<String> pattern, List<String> path) {
        int p = 0;
        int n = 0;
        int star = -1;
        int retry = 0;
        while (n < path.size()) {
            if (p < pattern.size() && pattern.get(p).equals("**")) {
                star = p++;
                retry = n;
            } else if (p < pattern.size() && NamePattern.matches(pattern.get(p), path.get(n))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.size() && pattern.get(p).equals("**")) {
            p++;
        }
        return p == pattern.size();
    }

    private static List<String> parts(String path, boolean ignoreCase) {
        String normal = Normalizer.isNormalized(path, Normalizer.Form.NFC)
                ? path
                : Normalizer.normalize(path, Normalizer.Form.NFC);
        String compared = ignoreCase ? normal.toLowerCase(Locale.ROOT) : normal;
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= compared.length(); i++) {
            if (i == compared.length() || compared.charAt(i) == '/') {
                if (i > start) {
                    parts.add(compared.substring(start, i));
                }
                start = i + 1;
            }
        }
        return parts;
    }

    @Override
    public String toString() {
        return written;
    }
}
