package io.arkestra.examples.chat;

import io.arkestra.Llm;
import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.UserId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The command line of the chat. */
final class ChatOptions {
    static final String HELP = """
            Usage: chat [OPTION]...
            Talks to Arkestra: at a terminal, or through a pipe with one message per line.

              --home DIR       keep everything in this directory (default: ./data)
              --user NAME      who is talking (default: your system account)
              --jsonl          print one JSON object per line, for programs
              --junior MODEL   model that decides what a message is about
              --senior MODEL   model that answers
                               MODEL is offline, gguf:PATH, ollama:NAME, openai:NAME, script:FILE, or
                               the address of a llama-server such as http://127.0.0.1:8080
              --egress         let prompts, masked, go to models that are not on this machine
              --allow TOOL     allow a tool that is not allowed by itself; may be repeated
              --ask TOOL       allow a tool, but ask before each call; may be repeated
              --files DIR      open a directory to the tools for files, repositories, documents and
                               projects: reading is allowed, before each change you are asked;
                               may be repeated
              --verify-audit   check that nobody changed the audit of the directory, and exit
              --clock TIME     let the engine's clock start at this moment and tick on,
                               for example 2026-02-10T12:00:00 or 2026-02-10T12:00:00Z
              --zone ZONE      time zone, for example Europe/Moscow or UTC+3 (default: the system's)
              --help           print this and exit
              --version        print the version and exit

            A value follows as the next word or after '='. Of an option given twice the last one counts, unless it may be repeated.
            Exit status: 0 end of input or /quit, 1 the chat could not start or go on or the audit is broken, 2 wrong command line.
            """;

    private static final Set<String> FLAGS = Set.of("--jsonl", "--egress", "--verify-audit", "--help", "--version");

    private Path home = Path.of("data");
    private @Nullable UserId user;
    private boolean jsonl;
    private boolean egress;
    private boolean help;
    private boolean version;
    private @Nullable Llm junior;
    private @Nullable Llm senior;
    private final List<String> allowed = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private boolean verifyAudit;
    private @Nullable String clock;
    private @Nullable ZoneId zone;
    private @Nullable Instant start;

    private ChatOptions() {}

    /** Reads the command line; of an option given twice the last one counts. */
    static ChatOptions parse(String... args) throws UsageException {
        ChatOptions options = new ChatOptions();
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].startsWith("--") ? args[i].indexOf('=') : -1;
            String option = equals < 0 ? args[i] : args[i].substring(0, equals);
            if (equals >= 0 && FLAGS.contains(option)) {
                throw new UsageException(option + " takes no value; see --help");
            }
            switch (option) {
                case "--jsonl" -> options.jsonl = true;
                case "--egress" -> options.egress = true;
                case "--verify-audit" -> options.verifyAudit = true;
                case "--help", "-h" -> options.help = true;
                case "--version" -> options.version = true;
                case "--home", "--user", "--junior", "--senior", "--allow", "--ask", "--files", "--clock", "--zone" -> {
                    if (equals >= 0) {
                        options.set(option, args[i].substring(equals + 1));
                        continue;
                    }
                    if (i + 1 == args.length || args[i + 1].startsWith("--")) {
                        throw new UsageException(option + " needs a value; see --help");
                    }
                    options.set(option, args[++i]);
                }
                default -> throw new UsageException("Unknown option '" + args[i] + "'; see --help");
            }
        }
        if (options.clock != null) {
            options.start = moment(options.clock, options.clockZone());
        }
        return options;
    }

    private void set(String option, String value) throws UsageException {
        try {
            switch (option) {
                case "--home" -> home = directory(option, value);
                case "--files" -> files.add(directory(option, value));
                case "--user" -> user = UserId.of(value);
                case "--junior" -> junior = Llm.parse(value);
                case "--senior" -> senior = Llm.parse(value);
                case "--allow" -> allowed.add(tool(option, value));
                case "--ask" -> asked.add(tool(option, value));
                case "--zone" -> zone = ZoneId.of(value);
                default -> clock = value;
            }
        } catch (DateTimeException e) {
            throw new UsageException(
                    "--zone '" + value + "' names no time zone; expected for example Europe/Moscow or UTC+3");
        } catch (InvalidInputException e) {
            throw new UsageException(option + " '" + Printable.of(value) + "': " + e.getMessage());
        } catch (ConfigException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
    }

    private static String tool(String option, String value) throws UsageException {
        if (value.isBlank()) {
            throw new UsageException(option + " is empty; expected the name of a tool");
        }
        return value;
    }

    private static Path directory(String option, String value) throws UsageException {
        if (value.isBlank()) {
            throw new UsageException(option + " is empty; expected a directory");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new UsageException(option + " '" + value + "' is not a path here (" + e.getReason()
                    + "); in a locale without Unicode, set LC_ALL=C.UTF-8");
        }
    }

    private static Instant moment(String text, ZoneId zone) throws UsageException {
        try {
            TemporalAccessor parsed =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(text, Instant::from, LocalDateTime::from);
            return parsed instanceof LocalDateTime local ? local.atZone(zone).toInstant() : Instant.from(parsed);
        } catch (DateTimeException e) {
            throw new UsageException("--clock '" + text
                    + "' is not a moment; expected for example 2026-02-10T12:00:00 or 2026-02-10T12:00:00+03:00");
        }
    }

    Path home() {
        return home;
    }

    /** Who talks: as given, else the system's account when it can be an id, else {@code me}. */
    UserId user() {
        if (user != null) {
            return user;
        }
        try {
            return UserId.of(System.getProperty("user.name", "me"));
        } catch (InvalidInputException e) {
            return UserId.of("me");
        }
    }

    boolean jsonl() {
        return jsonl;
    }

    boolean help() {
        return help;
    }

    boolean version() {
        return version;
    }

    /** Whether prompts may leave the machine. */
    boolean egress() {
        return egress;
    }

    Optional<Llm> junior() {
        return Optional.ofNullable(junior);
    }

    Optional<Llm> senior() {
        return Optional.ofNullable(senior);
    }

    /** Tools that are allowed after asking. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** Directories that are open to the tools for files. */
    OpenedFiles files() {
        return new OpenedFiles(files);
    }

    /** Whether only the audit is to be checked. */
    boolean verifyAudit() {
        return verifyAudit;
    }

    List<String> allowed() {
        return List.copyOf(allowed);
    }

    Optional<ZoneId> zone() {
        return Optional.ofNullable(zone);
    }

    private ZoneId clockZone() {
        return zone().orElseGet(ZoneId::systemDefault);
    }

    /** The system's clock, or one that was at the given moment when this was called and ticks on. */
    Clock clock() {
        Clock system = Clock.system(clockZone());
        return start == null ? system : Clock.offset(system, Duration.between(system.instant(), start));
    }
}
