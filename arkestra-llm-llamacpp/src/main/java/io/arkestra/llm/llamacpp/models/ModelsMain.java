package io.arkestra.llm.llamacpp.models;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.llm.llamacpp.ollama.OllamaPull;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The command for model files: {@code list}, {@code pull}, {@code verify}, {@code remove}. */
public final class ModelsMain {
    /** Done. */
    public static final int OK = 0;
    /** It did not work; the message says why. */
    public static final int FAILED = 1;
    /** The command was not understood. */
    public static final int USAGE = 2;

    private static final String HELP = """
            list               models of the catalogue and of the directory
            list --ollama      models of Ollama
            pull ID|ADDRESS    fetch one; https://…, file:/…, hf://OWNER/REPO@COMMIT/FILE.gguf
            pull ollama:NAME   have Ollama fetch one
            verify ID|FILE     check its SHA-256 and its header
            remove ID|FILE     delete it
              --catalogue FILE  JSON with models that may be named by id
              --dir DIR         where the files lie; ./models unless given
              --yes             fetch without asking
              --offline         never use the network
              --ollama [URL]    where Ollama is; OLLAMA_HOST or this machine unless given""";

    private static final String OLLAMA = "ollama:";

    /** A line of progress per so many bytes times 1/50 where the whole is not known. */
    private static final long STEP_BYTES = 5_000_000_000L;

    private final BufferedReader in;
    private final PrintStream out;
    private final PrintStream err;
    private final List<String> words = new ArrayList<>();
    private Path directory = Path.of("models");
    private @Nullable Path catalogue;
    private @Nullable String ollama;
    private String shownStatus = "";
    private long shown = -1;
    private boolean yes;
    private boolean offline;

    private ModelsMain(Reader in, PrintStream out, PrintStream err) {
        this.in = new BufferedReader(in);
        this.out = out;
        this.err = err;
    }

    /** Ends the JVM with the exit code of {@link #run} unless that is 0. */
    public static void main(String[] args) {
        int code = run(args, new InputStreamReader(System.in, Charset.defaultCharset()), System.out, System.err);
        if (code != OK) {
            System.exit(code);
        }
    }

    /** Runs one command; results go to {@code out}, questions and errors to {@code err}. Returns the exit code. */
    public static int run(String[] args, Reader in, PrintStream out, PrintStream err) {
        return new ModelsMain(in, out, err).run(args);
    }

    private int run(String[] args) {
        try {
            if (!understood(args)) {
                err.println(HELP);
                return USAGE;
            }
            if (ollama != null || words.size() == 2 && words.get(1).startsWith(OLLAMA)) {
                performAtOllama();
            } else {
                perform(store());
            }
            return OK;
        } catch (ArkestraException e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }

    private boolean understood(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--yes" -> yes = true;
                case "--offline" -> offline = true;
                case "--ollama" -> {
                    boolean named = i + 1 < args.length && args[i + 1].contains(":") && !args[i + 1].startsWith(OLLAMA);
                    ollama = named ? args[++i] : "";
                }
                case "--dir", "--catalogue" -> {
                    if (i + 1 == args.length) {
                        return false;
                    }
                    Path value = Path.of(args[i + 1]);
                    directory = args[i].equals("--dir") ? value : directory;
                    catalogue = args[i].equals("--dir") ? catalogue : value;
                    i++;
                }
                default -> {
                    if (args[i].startsWith("-")) {
                        return false;
                    }
                    words.add(args[i]);
                }
            }
        }
        return switch (words.isEmpty() ? "" : words.get(0)) {
            case "list" -> words.size() == 1;
            case "pull" -> words.size() == 2 && (ollama == null || words.get(1).startsWith(OLLAMA));
            case "verify", "remove" ->
                words.size() == 2 && ollama == null && !words.get(1).startsWith(OLLAMA);
            default -> false;
        };
    }

    private void performAtOllama() {
        OllamaPull pull = OllamaPull.at(ollama == null ? "" : ollama)
                .consent(offer -> allowed() || ask(offer))
                .offline(offline)
                .build();
        if (words.get(0).equals("list")) {
            pull.list().forEach(model -> out.println(model.name() + "\tinstalled\t" + size(model.bytes())));
        } else {
            String name = words.get(1).substring(OLLAMA.length());
            pull.pull(name, this::show, Cancellation.none());
            out.println(OLLAMA + name);
        }
    }

    private boolean allowed() {
        return yes || "allow".equals(System.getProperty(ModelStore.DOWNLOAD_PROPERTY));
    }

    private ModelStore store() {
        return ModelStore.in(directory)
                .catalogue(catalogue == null ? ModelCatalogue.empty() : ModelCatalogue.read(catalogue))
                .consent(offer -> allowed() || ask(offer))
                .offline(offline)
                .build();
    }

    private void perform(ModelStore store) {
        switch (words.get(0)) {
            case "pull" -> out.println(store.pull(words.get(1), this::show, Cancellation.none()));
            case "verify" -> out.println(store.verify(words.get(1)) + "  " + words.get(1));
            case "remove" -> store.remove(words.get(1));
            default -> list(store.list());
        }
    }

    private void list(List<ModelFile> files) {
        if (files.isEmpty()) {
            out.println("No models: neither in " + directory + " nor in a catalogue.");
        }
        for (ModelFile file : files) {
            String license = file.entry().flatMap(ModelEntry::license).orElse("-");
            long size = file.state() == ModelFile.State.INSTALLED
                    ? file.bytes()
                    : file.entry()
                            .map(entry -> entry.size().orElse(file.bytes()))
                            .orElse(file.bytes());
            out.println(String.join(
                    "\t",
                    file.id(),
                    file.state().name().toLowerCase(Locale.ROOT),
                    size(size),
                    license,
                    file.path() + ""));
        }
    }

    private boolean ask(ModelOffer offer) {
        err.println(offer.id() + " from " + offer.from());
        err.println(
                "  size     " + (offer.size().isPresent() ? size(offer.size().getAsLong()) : "not known beforehand"));
        err.println("  licence  " + offer.license().orElse("not known")
                + offer.licenseUrl().map(url -> ", " + url).orElse(""));
        err.println("  check    "
                + (offer.checksumKnown() ? "SHA-256 of the catalogue" : "no SHA-256 is known beforehand"));
        err.println("  target   " + offer.target() + " (" + size(offer.freeSpace()) + " free)");
        return confirmed();
    }

    private boolean ask(OllamaPull.Offer offer) {
        err.println(offer.model() + " by Ollama at " + offer.server());
        err.println("  size     told when Ollama knows it");
        err.println("  target   " + offer.directory().map(Path::toString).orElse("where that Ollama keeps its models")
                + (offer.freeSpace().isPresent() ? " (" + size(offer.freeSpace().getAsLong()) + " free)" : ""));
        return confirmed();
    }

    private boolean confirmed() {
        err.print("Fetch it? [y/N] ");
        err.flush();
        try {
            String answer = in.readLine();
            if (answer == null) {
                err.println();
                err.println("Nobody answered; add --yes to fetch without asking.");
                return false;
            }
            return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException e) {
            throw ModelStoreException.files("Reading the answer", e);
        }
    }

    private void show(ModelProgress.State state) {
        long step = state.bytes() / Math.max(1, state.total().orElse(STEP_BYTES) / 50);
        if (step == shown) {
            return;
        }
        shown = step;
        String all = state.total().isPresent() ? " of " + size(state.total().getAsLong()) : "";
        String left = state.remaining()
                .map(time -> ", " + time.toSeconds() + " s left")
                .orElse("");
        err.println(size(state.bytes()) + all + ", " + size((long) state.bytesPerSecond()) + "/s" + left);
    }

    private void show(OllamaPull.State state) {
        if (state.total().isEmpty()) {
            err.println(state.status());
            return;
        }
        long total = state.total().getAsLong();
        long step = state.completed().orElse(0) / Math.max(1, total / 50);
        String status = state.status() + " " + step;
        if (!status.equals(shownStatus)) {
            shownStatus = status;
            err.println(state.status() + ": " + size(state.completed().orElse(0)) + " of " + size(total));
        }
    }

    private static String size(long bytes) {
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }
}
