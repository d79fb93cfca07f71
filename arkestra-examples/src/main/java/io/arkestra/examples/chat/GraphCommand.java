package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.guard.GuardContext;
import io.arkestra.memory.Graph;
import io.arkestra.memory.GraphEdge;
import io.arkestra.memory.GraphNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Shows who and what the user's memories are about: as lines, or as a picture in a file. */
final class GraphCommand {
    private static final int LINES = 20;
    private static final int EDGES = 4;
    private static final int PICTURED = 80;

    private final Arkestra arkestra;
    private final Scope scope;

    GraphCommand(Arkestra arkestra, Scope scope) {
        this.arkestra = arkestra;
        this.scope = scope;
    }

    CommandReply run(String command, String argument) {
        Graph graph = arkestra.memory().graph();
        String ending = argument.toLowerCase(Locale.ROOT);
        if (argument.isEmpty()) {
            return list(command, graph);
        }
        if (ending.endsWith(".svg")) {
            return write(command, argument, graph.toSvg(scope, PICTURED));
        }
        if (ending.endsWith(".dot")) {
            return write(command, argument, graph.toDot(scope, PICTURED));
        }
        return CommandReply.failed(
                command,
                "command.file-type",
                "/graph writes pictures into FILE.svg or FILE.dot; without a file it lists");
    }

    private static CommandReply write(String command, String name, String picture) {
        try {
            Path file = Path.of(name).toAbsolutePath().normalize();
            Files.writeString(file, picture, StandardOpenOption.CREATE_NEW);
            return new CommandReply(
                    command,
                    "The picture is in " + file,
                    Json.object().put("file", file.toString()).build());
        } catch (FileAlreadyExistsException e) {
            return CommandReply.failed(command, "command.file", "The file exists already; choose another name");
        } catch (IOException | InvalidPathException e) {
            return CommandReply.failed(command, "command.file", "The picture could not be written: " + e);
        }
    }

    private CommandReply list(String command, Graph graph) {
        List<GraphNode> nodes = graph.nodes(scope, Set.of(), LINES);
        List<String> lines = new ArrayList<>();
        List<Json> items = new ArrayList<>();
        for (GraphNode node : nodes) {
            List<Json> edges = new ArrayList<>();
            String ties = graph.edges(scope, node.id(), false, EDGES).stream()
                    .map(edge -> {
                        String other = name(graph, edge, node.id());
                        edges.add(Json.object()
                                .put("relation", edge.relation())
                                .put("node", other)
                                .put("weight", edge.weight())
                                .build());
                        return edge.relation() + " " + other;
                    })
                    .collect(Collectors.joining(", "));
            String type = node.type().name().toLowerCase(Locale.ROOT);
            String shown = shown(node.name());
            lines.add(String.format(
                    Locale.ROOT, "%.2f  %-7s %s%s", node.weight(), type, shown, ties.isEmpty() ? "" : ": " + ties));
            items.add(Json.object()
                    .put("name", shown)
                    .put("type", type)
                    .put("weight", node.weight())
                    .put("edges", Json.array(edges))
                    .build());
        }
        return new CommandReply(
                command,
                lines.isEmpty() ? "Nothing is known yet." : String.join("\n", lines),
                Json.object().put("nodes", Json.array(items)).build());
    }

    private String name(Graph graph, GraphEdge edge, String node) {
        String other = edge.from().equals(node) ? edge.to() : edge.from();
        return graph.find(scope, other).map(found -> shown(found.name())).orElse("?");
    }

    private String shown(String name) {
        return Printable.line(
                arkestra.guard().inspect(name, GuardContext.toOwner()).text(), 60);
    }
}
