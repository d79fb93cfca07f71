package io.arkestra.testkit;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Prints a table of the numbered cases of a test class when it is over: number, title, outcome, time. Numbers and titles come from the
 * names of the tests: {@code case42_missingArguments_refused} is case 42, "missing arguments", whose outcome is "refused". A case that
 * several tests belong to has a line for each.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final CaseTable CASES = CaseTable.titled("Schema and arguments");
 * }</pre>
 */
public final class CaseTable
        implements BeforeTestExecutionCallback, AfterTestExecutionCallback, TestWatcher, AfterAllCallback {
    private static final Pattern NAME = Pattern.compile("case(\\d+)_([A-Za-z0-9]+)_([A-Za-z0-9]+)");
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(CaseTable.class);

    private final String title;
    private final PrintStream out;
    private final List<Line> lines = new ArrayList<>();

    private record Line(int number, String title, String outcome, long millis) {}

    private CaseTable(String title, PrintStream out) {
        this.title = title;
        this.out = out;
    }

    /** A table with this title, printed to the standard output. */
    public static CaseTable titled(String title) {
        return new CaseTable(title, System.out);
    }

    static CaseTable titled(String title, PrintStream out) {
        return new CaseTable(title, out);
    }

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        context.getStore(NAMESPACE).put("start", System.nanoTime());
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        long start = context.getStore(NAMESPACE).getOrDefault("start", Long.class, System.nanoTime());
        took(context, System.nanoTime() - start);
    }

    private void took(ExtensionContext context, long nanos) {
        String failed = context.getExecutionException().isPresent() ? "FAILED" : "";
        add(context.getRequiredTestMethod().getName(), failed, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        context.getTestMethod().ifPresent(method -> add(method.getName(), "not run: " + reason.orElse(""), 0));
    }

    /** @param instead of the outcome that the name says; empty when that came true */
    synchronized void add(String method, String instead, long millis) {
        Matcher name = NAME.matcher(method);
        if (name.matches()) {
            String outcome = instead.isEmpty() ? words(name.group(3)) : instead;
            lines.add(new Line(Integer.parseInt(name.group(1)), words(name.group(2)), outcome, millis));
        }
    }

    private static String words(String camelCase) {
        return camelCase.replaceAll("(?<=[A-Za-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        out.print(table());
        out.flush();
    }

    synchronized String table() {
        lines.sort(Comparator.comparingInt(Line::number));
        StringBuilder table = new StringBuilder(title).append('\n');
        table.append(String.format(Locale.ROOT, "%4s  %-56s %-24s %8s%n", "case", "what", "outcome", "ms"));
        for (Line line : lines) {
            table.append(String.format(
                    Locale.ROOT, "%4d  %-56s %-24s %8d%n", line.number(), line.title(), line.outcome(), line.millis()));
        }
        return table.toString();
    }
}
