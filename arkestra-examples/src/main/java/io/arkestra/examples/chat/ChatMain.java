package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.ArkestraBuilder;
import io.arkestra.audit.AuditReport;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.UserId;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.Remember;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** A chat on the console. {@code --help} lists the options. */
public final class ChatMain {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final String WELCOME = """
            Tell me something ("remember that ...", "note: ...") and ask about it later; I answer from what you told me,
            with date and source. I remind you, too ("remind me tomorrow at 9 to ..."). In English or in Russian.
            Everything stays in that directory: /memory shows it, /export takes it along, /forget deletes it.
            /describe tells what is wired to what.""";

    /** Held, because the logging framework holds it weakly and its level would be forgotten with it. */
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

    private ChatMain() {}

    public static void main(String[] args) {
        // The process's own streams, in UTF-8 whatever the locale: under LC_ALL=C Java 17 would read and write ASCII.
        PrintStream out = Screen.utf8(new FileOutputStream(FileDescriptor.out));
        PrintStream err = Screen.utf8(new FileOutputStream(FileDescriptor.err));
        System.setErr(err);
        // What a library prints by mistake must not end up between answers that a program reads.
        System.setOut(err);
        // It tells on newer JDKs how it reads files, in the middle of the conversation.
        LUCENE.setLevel(Level.SEVERE);
        System.exit(run(out, err, args));
    }

    /** The status that the process ends with. */
    static int run(PrintStream out, PrintStream err, String... args) {
        ChatOptions options;
        try {
            options = ChatOptions.parse(args);
            if (!options.help() && !options.version()) {
                options.files().check();
            }
        } catch (UsageException e) {
            err.println("chat: " + Printable.line(String.valueOf(e.getMessage()), 500));
            return WRONG_USAGE;
        }
        if (options.help() || options.version()) {
            out.print(options.help() ? ChatOptions.HELP : "Arkestra " + version() + "\n");
            out.flush();
            return 0;
        }
        try {
            checkHome(options.home());
            if (options.verifyAudit()) {
                return verify(options.home().toAbsolutePath().normalize(), out);
            }
            talk(options, out, err);
            return 0;
        } catch (ArkestraException | IOException | UncheckedIOException e) {
            err.println("chat: " + Printable.of(String.valueOf(e.getMessage())));
            return FAILED;
        } catch (RuntimeException e) {
            err.println("chat: something unexpected happened: " + Printable.of(e.toString())
                    + ". What was answered before is kept; please report this");
            return FAILED;
        }
    }

    private static void talk(ChatOptions options, PrintStream out, PrintStream err) throws IOException {
        UserId user = options.user();
        Path home = options.home().toAbsolutePath().normalize();
        boolean newHome = isNew(home);
        Clock clock = options.clock();
        ConsoleApprover approver = new ConsoleApprover();
        ArkestraBuilder builder = Arkestra.builder()
                .home(home)
                .clock(clock)
                .tools(tools -> tools.discover())
                .policy(policy -> policy.allow(options.allowed().toArray(String[]::new))
                        .allow(options.asked().toArray(String[]::new))
                        .add(asking(options.asked()))
                        .approver(approver));
        options.files().to(builder);
        options.junior().ifPresent(builder::junior);
        options.senior().ifPresent(builder::senior);
        if (options.egress()) {
            builder.llmEgress(true);
        }
        options.zone().ifPresent(builder::zone);
        try (Arkestra arkestra = builder.build()) {
            // A signal ends the process without unwinding this thread.
            Runtime.getRuntime().addShutdownHook(new Thread(arkestra::close, "chat-shutdown"));
            boolean terminal = !options.jsonl() && atTerminal();
            if (terminal) {
                try (TerminalConsole console = TerminalConsole.open()) {
                    ChatOutput output = new HumanOutput(console, () -> zone(arkestra, user));
                    output.banner(greeting(newHome, home, user));
                    UnknownTools.of(options, arkestra.tools()).forEach(output::remark);
                    ChatLoop.run(arkestra, user, clock, console, output, approver);
                }
            } else {
                InputStream in = new FileInputStream(FileDescriptor.in);
                ChatOutput output = options.jsonl()
                        ? new JsonOutput(out, err)
                        : new HumanOutput(Screen.plain(out), () -> zone(arkestra, user));
                output.banner(greeting(newHome, home, user));
                UnknownTools.of(options, arkestra.tools()).forEach(output::remark);
                ChatLoop.run(arkestra, user, clock, new PipedInput(in, PipedInput.LIMIT), output, approver);
            }
        }
    }

    private static void checkHome(Path home) throws IOException {
        Path absolute = home.toAbsolutePath().normalize();
        if (Files.exists(absolute) && !Files.isDirectory(absolute)) {
            throw new IOException("--home '" + home + "': " + absolute
                    + " is a file; expected a directory, which need not exist yet");
        }
    }

    /** Tools of the option {@code --ask}: an agreement may be remembered for the same arguments. */
    private static Policy asking(List<String> tools) {
        return (action, scope) -> action.kind().equals("tool.call") && tools.contains(action.name())
                ? Decision.ask("chat.ask", "you want to be asked about " + action.name())
                        .withRemember(new Remember(Remember.Scope.USER, Duration.ofHours(8), List.of("args")))
                : Decision.abstain();
    }

    private static int verify(Path home, PrintStream out) {
        AuditReport report = Arkestra.builder().home(home).verifyAudit();
        out.println("The audit is " + report.describe());
        report.remarks().forEach(remark -> out.println("(" + remark + ")"));
        return report.intact() ? 0 : FAILED;
    }

    private static ZoneId zone(Arkestra arkestra, UserId user) {
        return arkestra.profile(user).zone();
    }

    /** A line that says who talks and where it is kept; in a new home a few more about what to do here. */
    private static String greeting(boolean newHome, Path home, UserId user) {
        String hello =
                "Arkestra " + version() + ". You are " + user + "; your data is in " + home + ". /help lists commands.";
        return newHome ? hello + "\n" + WELCOME : hello;
    }

    /** Whether nothing was kept here before; a configuration file alone does not count. */
    private static boolean isNew(Path home) {
        if (!Files.isDirectory(home)) {
            return true;
        }
        try (Stream<Path> files = Files.list(home)) {
            return files.allMatch(file -> file.endsWith("arkestra.yaml"));
        } catch (IOException e) {
            // The engine opens the same directory next and says what is wrong with it.
            return true;
        }
    }

    /** Whether a person sits at both ends. From Java 22 on there may be a console without a terminal. */
    private static boolean atTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream in = ChatMain.class.getResourceAsStream("/arkestra-chat.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "(unknown version)");
    }
}
