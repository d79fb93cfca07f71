package io.arkestra.memory.record.internal;

import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * Words with which people ask for what a fact says. "I've just moved to Porto" shares none with "Where do I live?", nor does "my car is
 * a Skoda" with «Какая у меня машина?».
 */
public final class AttributeWords {
    private static final Map<String, String> WORDS = new HashMap<>();

    static {
        for (String line : FactPatterns.lines("attribute-words.txt")) {
            String[] parts = line.split(" ", 2);
            WORDS.put(parts[0], parts[1]);
        }
    }

    private AttributeWords() {}

    /** Empty for what is no fact or has no statement. */
    public static String of(MemoryRecord memory) {
        return memory.statement().map(AttributeWords::of).orElse("");
    }

    /** Those of an attribute. */
    static String of(String attribute) {
        return WORDS.getOrDefault(attribute, attribute.replace('.', ' '));
    }

    private static String of(Statement statement) {
        String words = of(statement.attribute());
        return statement.subject().equals("user") ? words : statement.subject() + " " + words;
    }
}
