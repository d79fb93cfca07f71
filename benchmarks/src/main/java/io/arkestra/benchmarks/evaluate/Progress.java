package io.arkestra.benchmarks.evaluate;

import java.io.PrintStream;

/** A bar on the terminal; nothing when there is none. Not thread-safe. */
final class Progress {
    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean shown;
    private long drawnAt;

    Progress(PrintStream out, boolean shown) {
        this.out = out;
        this.shown = shown;
    }

    static Progress ofTerminal() {
        return new Progress(System.err, System.console() != null);
    }

    void at(String step, int done, int of) {
        long now = System.nanoTime();
        if (!shown || done < of && now - drawnAt < 100_000_000) {
            return;
        }
        drawnAt = now;
        int full = of == 0 ? WIDTH : (int) ((long) WIDTH * done / of);
        out.printf("\r\033[2K%-28s [%s%s] %d/%d", step, "#".repeat(full), ".".repeat(WIDTH - full), done, of);
        if (done >= of) {
            out.print("\r\033[2K");
        }
        out.flush();
    }
}
