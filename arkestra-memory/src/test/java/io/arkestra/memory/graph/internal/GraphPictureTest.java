package io.arkestra.memory.graph.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.memory.GraphEdge;
import io.arkestra.memory.GraphNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Pictures of graphs with names that would like to be more than names. */
class GraphPictureTest {
    private static final List<String> HOSTILE = List.of(
            "</text><script>alert(1)</script>",
            "a\" onload=\"alert(1)",
            "\"]; evil [label=\"x",
            "back\\slash\\",
            "line\nend\u0000\u0007 and \uFFFE",
            "]]> &amp; <!-- -->",
            "'; DROP TABLE--",
            "Анна 👩‍🚀 %s %n");

    private static GraphPart.Picture picture(List<String> names) {
        List<GraphNode> nodes = new ArrayList<>();
        List<GraphEdge> edges = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            nodes.add(GraphNode.of(
                    "n-" + i,
                    GraphNode.Type.values()[i % GraphNode.Type.values().length],
                    names.get(i),
                    1.0 / (i + 1),
                    Instant.EPOCH));
            if (i > 0) {
                edges.add(GraphEdge.of(
                        "n-" + i / 2,
                        i % 2 == 0 ? "with" : "lives-in",
                        "n-" + i,
                        0.5,
                        Instant.EPOCH,
                        Optional.empty()));
            }
        }
        return new GraphPart.Picture(nodes, edges);
    }

    private static Document parsed(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void svg_hostileNames_isWellFormedAndHoldsThemAsText() throws Exception {
        Document svg = parsed(SvgPicture.of(picture(HOSTILE)));
        assertEquals(0, svg.getElementsByTagName("script").getLength());
        NodeList all = svg.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            assertFalse(all.item(i).getAttributes().getNamedItem("onload") != null);
        }
        NodeList titles = svg.getElementsByTagName("title");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < titles.getLength(); i++) {
            texts.add(titles.item(i).getTextContent());
        }
        assertTrue(texts.contains("</text><script>alert(1)</script> (goal)"), texts::toString);
        assertTrue(texts.stream().anyMatch(text -> text.startsWith("Анна 👩‍🚀 %s %n")), texts::toString);
    }

    @Test
    void dot_hostileNames_staysOneStatementALine() {
        String dot = DotPicture.of(picture(HOSTILE));
        Pattern quoted = Pattern.compile("\"(?:[^\"\\\\\\n]|\\\\[\"\\\\])*\"");
        for (String line : dot.lines().toList()) {
            String bare = quoted.matcher(line).replaceAll("Q");
            assertFalse(bare.contains("\""), line);
            assertFalse(bare.contains("evil"), line);
        }
        assertEquals(
                HOSTILE.size(),
                dot.lines().filter(line -> line.contains("fillcolor")).count());
    }

    @Test
    void svg_sameGraph_givesTheSamePictureInsideItsFrame() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            names.add("Node " + i);
        }
        String svg = SvgPicture.of(picture(names));
        assertEquals(svg, SvgPicture.of(picture(names)));
        Matcher frame = Pattern.compile("viewBox=\"0 0 (\\d+) (\\d+)\"").matcher(svg);
        assertTrue(frame.find());
        double size = Double.parseDouble(frame.group(1));
        Matcher circles = Pattern.compile(
                        "<circle cx=\"([0-9.]+)\" cy=\"([0-9.]+)\" r=\"([0-9.]+)\" fill=\"#[0-9a-f]+\" stroke")
                .matcher(svg);
        List<double[]> places = new ArrayList<>();
        while (circles.find()) {
            double[] place = {Double.parseDouble(circles.group(1)), Double.parseDouble(circles.group(2))};
            assertTrue(place[0] > 0 && place[0] < size && place[1] > 0 && place[1] < size);
            for (double[] other : places) {
                assertTrue(Math.hypot(place[0] - other[0], place[1] - other[1]) > 25, "nodes lie apart");
            }
            places.add(place);
        }
        assertEquals(60, places.size());
    }

    @Test
    void pictures_ofNothing_areWellFormed() throws Exception {
        parsed(SvgPicture.of(picture(List.of())));
        assertTrue(DotPicture.of(picture(List.of())).endsWith("}\n"));
    }
}
