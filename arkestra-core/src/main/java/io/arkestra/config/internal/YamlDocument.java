package io.arkestra.config.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** A YAML 1.2 document as JSON, which remembers where each key and value stands. Made for files that people write. */
final class YamlDocument {
    static final int MAX_BYTES = 1024 * 1024;
    private static final int MAX_NODES = 10_000;
    private static final int MAX_DEPTH = 32;

    /** Line and column from 1. */
    record Position(int line, int column) {}

    private final String name;
    private final Map<String, Position> keys = new LinkedHashMap<>();
    private final Map<String, Position> values = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private Json json = Json.NULL;
    private final int mostNodes;
    private int nodes;

    private YamlDocument(String name, int mostNodes) {
        this.name = name;
        this.mostNodes = mostNodes;
    }

    /** @throws ConfigException when the file cannot be read as text or is not YAML at all */
    static YamlDocument read(Path file) {
        byte[] bytes;
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new ConfigException(file + " cannot be read: it is no ordinary file; make it one or remove it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read (" + e + "); make it readable or remove it", e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new ConfigException(file + " is larger than 1 MiB; a configuration file is a few lines of YAML");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return parse(file.toString(), text);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + " is not UTF-8 text; save it as UTF-8", e);
        }
    }

    /**
     * @param name of the file, for messages
     * @throws ConfigException when the text is not YAML
     */
    static YamlDocument parse(String name, String text) {
        return parse(name, text, MAX_NODES);
    }

    /**
     * @param name of the file, for messages
     * @param mostNodes the most values that it may hold once its aliases are replaced
     * @throws ConfigException when the text is not YAML
     */
    static YamlDocument parse(String name, String text, int mostNodes) {
        YamlDocument document = new YamlDocument(name, mostNodes);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setSchema(new CoreSchema())
                .setCodePointLimit(MAX_BYTES)
                .setAllowNonScalarKeys(true)
                .build();
        try {
            Optional<Node> root =
                    new Compose(settings).composeString(text.startsWith("\uFEFF") ? text.substring(1) : text);
            if (root.isPresent()) {
                document.json = document.convert(root.get(), "", 0);
            }
            return document;
        } catch (MarkedYamlEngineException e) {
            String where = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(mark -> name + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                    .orElse(name);
            throw new ConfigException(where + ": not valid YAML: " + e.getProblem(), e);
        } catch (ReaderException e) {
            throw new ConfigException(
                    name
                            + ": not text: it holds the character U+%04X, which YAML does not allow"
                                    .formatted(e.getCodePoint()),
                    e);
        } catch (YamlEngineException e) {
            throw new ConfigException(name + ": not valid YAML: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            // The YAML library composes recursively and knows no limit of levels.
            throw new ConfigException(name + ": nested too deeply; at most " + MAX_DEPTH + " levels are accepted");
        }
    }

    /** JSON null for an empty document. */
    Json json() {
        return json;
    }

    /** Duplicate keys and values that have no JSON form. */
    List<Problem> problems() {
        return problems;
    }

    /** A problem with the value at a pointer. */
    Problem atValue(String pointer, String message) {
        return at(Optional.ofNullable(values.get(pointer)), message);
    }

    /** A problem with the key at a pointer. */
    Problem atKey(String pointer, String message) {
        return at(Optional.ofNullable(keys.get(pointer)), message);
    }

    /** Whether there is a value at a pointer. */
    boolean knows(String pointer) {
        return values.containsKey(pointer);
    }

    /** Line of the value at a pointer; 0 when there is none. */
    int line(String pointer) {
        return atValue(pointer, "").line();
    }

    /** File, line and column of the value at a pointer. */
    String place(String pointer) {
        return atValue(pointer, "").where();
    }

    private Problem at(Optional<Position> position, String message) {
        return position.map(p -> new Problem(name + ":" + p.line() + ":" + p.column(), p.line(), p.column(), message))
                .orElseGet(() -> new Problem(name, 0, 0, message));
    }

    private Json convert(Node node, String pointer, int depth) {
        Position position = position(node);
        values.putIfAbsent(pointer, position);
        if (++nodes > mostNodes || depth > MAX_DEPTH) {
            // An alias may stand for a large part of the document, or for the very part that it stands in.
            throw Problem.exception(List.of(at(
                    Optional.of(position),
                    "the document has more than " + mostNodes + " values or " + MAX_DEPTH
                            + " levels once its aliases are replaced; write it without them")));
        }
        if (node instanceof MappingNode mapping && mapping.getTag().equals(Tag.MAP)) {
            return mapping(mapping, pointer, depth);
        }
        if (node instanceof SequenceNode sequence && sequence.getTag().equals(Tag.SEQ)) {
            List<Json> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(convert(item, pointer + "/" + items.size(), depth + 1));
            }
            return Json.array(items);
        }
        if (node instanceof ScalarNode scalar) {
            try {
                return scalar(scalar);
            } catch (InvalidInputException | NumberFormatException e) {
                problems.add(at(Optional.of(position), "the value cannot be used: " + e.getMessage()));
                return Json.NULL;
            }
        }
        problems.add(at(Optional.of(position), "the tag " + node.getTag() + " is not supported; write a plain value"));
        return Json.NULL;
    }

    private Json mapping(MappingNode mapping, String pointer, int depth) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Position position = position(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                problems.add(at(Optional.of(position), "a key is a list or a mapping; expected a word"));
                continue;
            }
            String key = keyNode.getValue();
            String place = pointer + "/" + key.replace("~", "~0").replace("/", "~1");
            Position first = keys.putIfAbsent(place, position);
            if (members.containsKey(key)) {
                String line = first == null ? "" : "; the first is in line " + first.line();
                problems.add(
                        at(Optional.of(position), "'" + key + "' is given twice" + line + "; expected each key once"));
                continue;
            }
            members.put(key, convert(tuple.getValueNode(), place, depth + 1));
        }
        return Json.object(members);
    }

    private static Json scalar(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        String value = scalar.getValue();
        if (tag.equals(Tag.STR)) {
            return Json.of(value);
        }
        if (tag.equals(Tag.NULL)) {
            return Json.NULL;
        }
        if (tag.equals(Tag.BOOL)) {
            return Json.of(Boolean.parseBoolean(value));
        }
        if (tag.equals(Tag.INT)) {
            return Json.of(integer(value));
        }
        if (tag.equals(Tag.FLOAT)) {
            return Json.of(new BigDecimal(value));
        }
        throw new InvalidInputException("the tag " + tag + " is not supported; write a plain value");
    }

    private static BigInteger integer(String value) {
        if (value.startsWith("0x")) {
            return new BigInteger(value.substring(2), 16);
        }
        return value.startsWith("0o") ? new BigInteger(value.substring(2), 8) : new BigInteger(value);
    }

    private static Position position(Node node) {
        Optional<Mark> mark = node.getStartMark();
        return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(new Position(1, 1));
    }
}
