package io.arkestra.examples.chat;

import io.arkestra.ApprovalText;
import io.arkestra.Outcome;
import io.arkestra.Reply;
import io.arkestra.Source;
import io.arkestra.common.Json;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.schedule.DueReminder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/** One JSON object per line on standard output, each flushed at once; everything else goes to standard error. */
final class JsonOutput implements ChatOutput {
    private final PrintStream out;
    private final PrintStream err;
    private final ReentrantLock lock = new ReentrantLock();

    JsonOutput(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void banner(String text) {
        err.println(text);
    }

    /** A program that reads one answer for each line must not be sent more. */
    @Override
    public void progress(String text) {
        err.println(Printable.line(text, 200));
    }

    @Override
    public void working(String text) {
        progress(text);
    }

    /** Not among the lines that a program reads. */
    @Override
    public void remark(String text) {
        err.println(Printable.of(text));
    }

    /** The line of the turn holds the whole text. */
    @Override
    public void piece(String text) {}

    @Override
    public void turn(Outcome outcome) {
        Reply reply = outcome.reply();
        Json.ObjectBuilder line = Json.object()
                .put("type", "turn")
                .put("turn", reply.turn().value())
                .put("outcome", outcome.kind().name())
                .put("text", Printable.wellFormed(reply.text()))
                .put(
                        "sources",
                        Json.array(
                                reply.sources().stream().map(JsonOutput::source).toList()))
                .put(
                        "tools",
                        Json.array(reply.toolUses().stream()
                                .map(use -> Json.object()
                                        .put("tool", use.tool())
                                        .put("status", use.status())
                                        .build())
                                .toList()));
        if (!reply.pendingApprovals().isEmpty()) {
            line.put("approvals", Json.strings(reply.pendingApprovals()));
        }
        if (!reply.previews().isEmpty()) {
            line.put(
                    "previews",
                    Json.array(reply.previews().stream()
                            .map(preview -> Json.object()
                                    .put("tool", preview.tool())
                                    .put("effect", preview.decision().effect().name())
                                    .put("effects", Json.strings(preview.effects()))
                                    .put("preview", preview.preview())
                                    .build())
                            .toList()));
        }
        outcome.exhausted().ifPresent(limit -> line.put("exhausted", limit.name()));
        outcome.error().ifPresent(error -> line.put("error", error(error.code(), String.valueOf(error.getMessage()))));
        write(line.build());
    }

    @Override
    public void refused(String code, String message) {
        withoutTurn("REFUSED", code, message);
    }

    @Override
    public void failed(String code, String message) {
        withoutTurn("FAILED", code, message);
    }

    private void withoutTurn(String outcome, String code, String message) {
        write(Json.object()
                .put("type", "turn")
                .put("turn", Json.NULL)
                .put("outcome", outcome)
                .put("text", "")
                .put("sources", Json.emptyArray())
                .put("tools", Json.emptyArray())
                .put("error", error(code, message))
                .build());
    }

    private static Json source(Source source) {
        Json.ObjectBuilder line = Json.object()
                .put("id", source.id())
                .put("kind", source.kind())
                .put("time", source.at())
                .put("speaker", source.speaker())
                .put("quote", source.quote());
        source.citation()
                .ifPresent(citation -> line.put("document", citation.document())
                        .put("title", citation.title())
                        .put("heading", citation.heading())
                        .put("page", citation.page())
                        .put("lastPage", citation.lastPage())
                        .put("line", citation.line())
                        .put("lastLine", citation.lastLine()));
        return line.build();
    }

    private static Json error(String code, String message) {
        return Json.object()
                .put("code", code)
                .put("message", Printable.wellFormed(message))
                .build();
    }

    @Override
    public void approval(ApprovalRequest request) {
        Json.ObjectBuilder line = Json.object().put("type", "approval");
        ApprovalText.json(request).members().forEach(line::put);
        write(line.build());
    }

    @Override
    public void command(CommandReply reply) {
        Json.ObjectBuilder line = Json.object()
                .put("type", "command")
                .put("command", reply.command())
                .put("text", Printable.wellFormed(reply.text()));
        reply.fields().members().forEach(line::put);
        write(line.build());
    }

    @Override
    public boolean reminder(DueReminder due) {
        if (due.id().startsWith(CONTINUED)) {
            return write(Json.object()
                    .put("type", "continued")
                    .put("approval", due.id().substring(CONTINUED.length()))
                    .put("text", Printable.wellFormed(due.text()))
                    .build());
        }
        return write(Json.object()
                .put("type", "reminder")
                .put("id", due.id())
                .put("reminder", due.reminderId())
                .put("text", due.text())
                .put("due", due.due())
                .put("lateSeconds", due.late().toSeconds())
                .build());
    }

    @Override
    public boolean broken() {
        return out.checkError();
    }

    private boolean write(Json line) {
        // Bytes, not println: the line's end is LF on every system, and the locale's charset has no say.
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try {
            out.write(bytes, 0, bytes.length);
            return !out.checkError();
        } finally {
            lock.unlock();
        }
    }
}
