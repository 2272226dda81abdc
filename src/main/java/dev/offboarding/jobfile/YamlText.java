package dev.offboarding.jobfile;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin.Location;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A job file's text: every key with its line, every value as it is written.
 *
 * <p>Spring Boot's own loader is not enough: it keeps no lines of sections, lets the later of two spellings of a key win, and hands out
 * values that YAML has changed ({@code 010} is 8, {@code no} is false).
 */
final class YamlText {
    enum Kind {
        VALUE,
        SECTION,
        LIST
    }

    /**
     * @param name from the top, with dots, and {@code [0]} for the first of a list
     * @param text as written, without quotes; empty for a section or a list
     */
    record Entry(String name, Kind kind, String text, int line, int column) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Problems problems;

    private YamlText(Problems problems) {
        this.problems = problems;
    }

    /** @throws JobFileException if it is not one YAML document with keys */
    static YamlText read(byte[] bytes, Problems problems) {
        var yaml = new YamlText(problems);
        Node top = parse(decode(bytes, problems), problems);
        if (!(top instanceof MappingNode mapping)) {
            throw problems.fatal(
                    line(top), "there have to be keys here, beginning with offboarding: in the first column");
        }
        yaml.walk("", mapping, List.of());
        return yaml;
    }

    /** Parents before what is below them. */
    List<Entry> entries() {
        return entries;
    }

    PropertySource<?> asPropertySource(String name, byte[] bytes) {
        var resource = new ByteArrayResource(bytes, name);
        Map<String, Object> values = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (entry.kind == Kind.VALUE) {
                var origin = new TextResourceOrigin(resource, new Location(entry.line - 1, entry.column - 1));
                values.put(entry.name, OriginTrackedValue.of(entry.text, origin));
            }
        }
        return new OriginTrackedMapPropertySource(name, values, true);
    }

    private static String decode(byte[] bytes, Problems problems) {
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw problems.fatal(line, "is not UTF-8; save the file as UTF-8");
        }
        String text = out.flip().toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Node parse(String text, Problems problems) {
        try {
            Node top = null;
            for (Node document : new Yaml(new LoaderOptions()).composeAll(new StringReader(text))) {
                if (top != null) {
                    throw problems.fatal(
                            line(document),
                            "a second document begins here; one job per file, so take the --- before it out");
                }
                top = document;
            }
            if (top == null || Tag.NULL.equals(top.getTag())) {
                throw problems.fatal(0, "is empty; a job file begins with offboarding:");
            }
            return top;
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            throw problems.fatal(mark == null ? 0 : mark.getLine() + 1, inPlainWords(e.getProblem()));
        } catch (YAMLException e) {
            throw problems.fatal(0, "cannot be read as YAML: too deep, too long, or with control characters in it");
        }
    }

    /** The parser's own words may quote the text, and the text may be a secret. */
    private static String inPlainWords(@Nullable String problem) {
        String said = problem == null ? "" : problem;
        if (said.contains("TAB")) {
            return "a tab; indent with blanks";
        } else if (said.contains("cannot start any token")) {
            return "a value that begins with this character needs quotes";
        } else if (said.contains("mapping values are not allowed")) {
            return "a colon where none can be; check the indentation, and put quotes around a value with a colon";
        } else if (said.contains("could not find expected ':'")) {
            return "a colon is missing, here or in the line before";
        } else if (said.contains("expected ',' or")) {
            return "something is wrong inside { } or [ ]; a comma or a bracket is missing, or ${VARIABLE} has no quotes"
                    + " around it, which it needs there";
        } else if (said.contains("end of stream")) {
            return "the file ends inside quotes or brackets; close them";
        } else if (said.contains("expected <block end>")) {
            return "the indentation does not fit the lines before; keys of one section begin in one column";
        }
        return "cannot be read as YAML; check indentation, quotes and colons";
    }

    private void walk(String name, Node node, List<Node> above) {
        if (above.contains(node)) {
            throw problems.fatal(line(node), name + ": contains itself");
        }
        if (!isPlain(node.getTag())) {
            throw problems.fatal(
                    line(node), name + ": a value with ! before it is not supported; put quotes around it");
        }
        List<Node> path = new ArrayList<>(above);
        path.add(node);
        if (node instanceof MappingNode mapping) {
            walkKeys(name, mapping, path);
        } else if (node instanceof SequenceNode sequence) {
            for (int i = 0; i < sequence.getValue().size(); i++) {
                Node element = sequence.getValue().get(i);
                add(name + "[" + i + "]", element, line(element), column(element), path);
            }
        }
    }

    private void walkKeys(String name, MappingNode mapping, List<Node> path) {
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            if (!(keyNode instanceof ScalarNode key) || Tag.MERGE.equals(keyNode.getTag())) {
                throw problems.fatal(line(keyNode), "a key has to be a plain word; write each key out");
            }
            String full = name.isEmpty() ? key.getValue() : name + "." + key.getValue();
            Integer before = lines.putIfAbsent(canonical(full), line(key));
            if (before != null) {
                problems.add(line(key), full + ": is here twice, first on line " + before + "; keep one of them");
            } else {
                add(full, tuple.getValueNode(), line(key), column(key), path);
            }
        }
    }

    private void add(String name, Node node, int line, int column, List<Node> path) {
        Kind kind = node instanceof MappingNode ? Kind.SECTION : node instanceof SequenceNode ? Kind.LIST : Kind.VALUE;
        String text = node instanceof ScalarNode scalar && !Tag.NULL.equals(node.getTag()) ? scalar.getValue() : "";
        entries.add(new Entry(name, kind, text, line, column));
        walk(name, node, path);
    }

    /** One spelling for all of {@code max-share}, {@code max_share} and {@code maxShare}. */
    static String canonical(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    private static boolean isPlain(Tag tag) {
        return tag.startsWith(Tag.PREFIX) && !Tag.BINARY.equals(tag);
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static int column(Node node) {
        return node.getStartMark().getColumn() + 1;
    }
}
