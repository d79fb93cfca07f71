package io.arkestra.examples.chat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jline.keymap.KeyMap;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.Widget;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/**
 * A person at a terminal. Lines that were typed before stay in memory only: a history file would hold what the user said outside the
 * store, where nothing can make the assistant forget it.
 *
 * <p>Ctrl-C is read as a key and not as a signal. A signal would also reach Maven when it started the chat, and end it before the
 * chat could.
 */
final class TerminalConsole implements ChatInput, Screen {
    private static final int CTRL_C = 3;
    private static final long POLL_MILLIS = 50;
    private static final String PROMPT = "> ";
    /** To the beginning of the line, and away with what is on it. */
    private static final String CLEAR = "\r\u001b[K";

    private final Terminal terminal;
    private final Attributes original;
    private final LineReader reader;
    private final boolean colours;
    /** Whether the line that the cursor is on only says how far something has got. */
    private boolean status;

    private TerminalConsole(Terminal terminal) {
        this.terminal = terminal;
        this.original = terminal.getAttributes();
        Attributes keys = new Attributes(original);
        keys.setControlChar(ControlChar.VINTR, 0);
        terminal.setAttributes(keys);
        DefaultParser parser = new DefaultParser();
        parser.setEscapeChars(new char[0]);
        parser.setQuoteChars(new char[0]);
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(parser)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        Widget interrupt = () -> {
            throw new UserInterruptException(reader.getBuffer().toString());
        };
        reader.getWidgets().put("chat-interrupt", interrupt);
        KeyMap<org.jline.reader.Binding> map = reader.getKeyMaps().get(LineReader.MAIN);
        if (map != null) {
            map.bind(new Reference("chat-interrupt"), String.valueOf((char) CTRL_C));
        }
        this.colours = System.getenv("NO_COLOR") == null && !terminal.getType().startsWith(Terminal.TYPE_DUMB);
    }

    /** Opens the terminal that the process was started at. */
    static TerminalConsole open() throws IOException {
        return new TerminalConsole(TerminalBuilder.builder()
                .system(true)
                .encoding(StandardCharsets.UTF_8)
                .stdinEncoding(StandardCharsets.UTF_8)
                .stdoutEncoding(StandardCharsets.UTF_8)
                .build());
    }

    @Override
    public Line next() {
        try {
            return new Text(reader.readLine(PROMPT));
        } catch (UserInterruptException | EndOfFileException e) {
            return new End();
        }
    }

    @Override
    public Watch onInterrupt(Runnable action) {
        return new KeyWatch(action);
    }

    @Override
    public synchronized void print(String text) {
        terminal.writer().print(status ? CLEAR + text : text);
        terminal.writer().flush();
        status = false;
    }

    @Override
    public synchronized void status(String text) {
        if (colours) {
            print(text);
            status = true;
        } else {
            print(text + "\n");
        }
    }

    @Override
    public void printAbove(String lines) {
        reader.printAbove(lines.stripTrailing());
    }

    @Override
    public String dim(String text) {
        return colours ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    @Override
    public boolean broken() {
        return terminal.writer().checkError();
    }

    @Override
    public void close() throws IOException {
        terminal.setAttributes(original);
        terminal.close();
    }

    /** Reads keys while an answer is written: Ctrl-C acts, everything else is kept for the next prompt. */
    private final class KeyWatch implements Watch {
        private final Thread thread;
        private final StringBuilder typed = new StringBuilder();
        private final Attributes cooked = terminal.enterRawMode();
        private volatile boolean done;

        KeyWatch(Runnable action) {
            thread = new Thread(() -> watch(action), "chat-keys");
            thread.setDaemon(true);
            thread.start();
        }

        private void watch(Runnable action) {
            try {
                while (!done) {
                    int key = terminal.reader().read(POLL_MILLIS);
                    if (key == CTRL_C) {
                        action.run();
                    } else if (key >= 0) {
                        typed.append((char) key);
                    } else if (key == NonBlockingReader.EOF) {
                        return;
                    }
                }
            } catch (IOException e) {
                // The terminal is gone: the next prompt finds that out and ends the chat.
                done = true;
            }
        }

        @Override
        public void close() {
            done = true;
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            terminal.setAttributes(cooked);
            if (typed.length() > 0) {
                reader.runMacro(typed.toString());
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
