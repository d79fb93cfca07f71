package io.arkestra.memory.graph.internal;

import io.arkestra.memory.GraphNode;
import io.arkestra.memory.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A fact as two nodes and an edge.
 *
 * @param subject whom or what it is about
 * @param relation how they belong together
 * @param value what is said of it
 */
record FactLink(Mention subject, String relation, Mention value) {
    /** Name of the node that stands for the user. */
    static final String USER = "user";

    private static final int SURE = 4;
    private static final int LONGEST_RELATION = 60;
    private static final Set<String> PLACES = Set.of(
            "city",
            "place",
            "country",
            "home",
            "address",
            "location",
            "live",
            "lives",
            "town",
            "birthplace",
            "residence",
            "hometown");
    private static final Set<String> PEOPLE = Set.of(
            "wife",
            "husband",
            "partner",
            "friend",
            "sister",
            "brother",
            "mother",
            "father",
            "son",
            "daughter",
            "boss",
            "colleague",
            "child",
            "parent",
            "neighbour",
            "girlfriend",
            "boyfriend",
            "spouse",
            "family");

    static Optional<FactLink> of(Statement statement) {
        if (statement.kind() == Statement.Kind.INSTRUCTION
                || statement.attribute().equals("timezone")
                || statement.value().codePoints().noneMatch(Character::isLetterOrDigit)
                || NameKey.of(statement.value()).isEmpty()
                || NameKey.of(statement.subject()).isEmpty()) {
            return Optional.empty();
        }
        Mention subject = new Mention(Mention.cut(statement.subject()), GraphNode.Type.PERSON, 1, true);
        Mention value = new Mention(Mention.cut(statement.value()), type(statement), SURE, true);
        return subject.node().equals(value.node())
                ? Optional.empty()
                : Optional.of(new FactLink(subject, relation(statement.attribute()), value));
    }

    private static GraphNode.Type type(Statement statement) {
        return switch (statement.kind()) {
            case GOAL -> GraphNode.Type.GOAL;
            case HABIT -> GraphNode.Type.HABIT;
            case STATE -> GraphNode.Type.STATE;
            case EVENT -> GraphNode.Type.CONTEXT;
            case RELATION -> GraphNode.Type.PERSON;
            default -> byAttribute(statement.attribute());
        };
    }

    private static GraphNode.Type byAttribute(String attribute) {
        for (String part : attribute.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
            if (PLACES.contains(part)) {
                return GraphNode.Type.PLACE;
            }
            if (PEOPLE.contains(part)) {
                return GraphNode.Type.PERSON;
            }
        }
        return GraphNode.Type.THING;
    }

    private static String relation(String attribute) {
        String words =
                attribute.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String cut = words.length() <= LONGEST_RELATION ? words : words.substring(0, LONGEST_RELATION);
        return cut.isEmpty() ? "has" : cut;
    }
}
