package io.arkestra.memory.sleep.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.util.List;

/**
 * What a language model made of a conversation, in the form asked for. Nothing of it is believed yet.
 *
 * @param facts what it takes for facts
 * @param summary what it takes for a summary
 */
record Proposal(List<Fact> facts, String summary) {
    private static final int MOST_FACTS = 20;

    /** What a model must write. Every part is bounded, so that it cannot ramble. */
    static final Json SCHEMA = Json.parse("""
            {"type":"object","additionalProperties":false,"required":["facts","summary"],
             "properties":{
               "facts":{"type":"array","maxItems":20,"items":{"type":"object","additionalProperties":false,
                 "required":["subject","attribute","value","kind","turn","quote"],
                 "properties":{
                   "subject":{"type":"string","maxLength":100},
                   "attribute":{"type":"string","maxLength":60},
                   "value":{"type":"string","maxLength":300},
                   "kind":{"type":"string","enum":["profile","preference","goal","habit","state","event","relation","instruction"]},
                   "turn":{"type":"integer","minimum":1},
                   "quote":{"type":"string","maxLength":400},
                   "validFrom":{"type":"string","maxLength":40}}}},
               "summary":{"type":"string","maxLength":800}}}
            """);

    /**
     * One fact.
     *
     * @param turn the number that the turn had in the prompt
     * @param quote the words of the turn that say so
     * @param validFrom since when, as the model wrote it; may be empty
     */
    record Fact(
            String subject, String attribute, String value, String kind, long turn, String quote, String validFrom) {}

    Proposal {
        facts = List.copyOf(facts);
    }

    /**
     * Reads what a model wrote, without the fence or the words that many put around it.
     *
     * @throws InvalidInputException saying what is not in the form asked for
     */
    static Proposal read(String text) {
        int start = text.indexOf('{');
        int end = text.lastIndexOf('}');
        if (start < 0 || end < start) {
            throw new InvalidInputException("there is no JSON object");
        }
        Json json = Json.parse(text.substring(start, end + 1));
        if (!json.get("facts").map(Json::isArray).orElse(false)) {
            throw new InvalidInputException("facts is missing or no array");
        }
        if (!json.get("summary").map(Json::isString).orElse(false)) {
            throw new InvalidInputException("summary is missing or no text");
        }
        if (json.list("facts").size() > MOST_FACTS) {
            throw new InvalidInputException(
                    "facts has " + json.list("facts").size() + " items; at most " + MOST_FACTS + " are allowed");
        }
        return new Proposal(json.list("facts").stream().map(Proposal::fact).toList(), json.text("summary"));
    }

    private static Fact fact(Json item) {
        if (!item.isObject()) {
            throw new InvalidInputException("an item of facts is no object");
        }
        return new Fact(
                text(item, "subject", true),
                text(item, "attribute", true),
                text(item, "value", true),
                text(item, "kind", true),
                item.get("turn")
                        .filter(Json::isInteger)
                        .map(Json::asLong)
                        .orElseThrow(() -> new InvalidInputException("turn of a fact is missing or no whole number")),
                text(item, "quote", true),
                text(item, "validFrom", false));
    }

    private static String text(Json item, String key, boolean required) {
        if (item.get(key).isEmpty() || item.get(key).get().isNull()) {
            if (required) {
                throw new InvalidInputException(key + " of a fact is missing");
            }
            return "";
        }
        return item.get(key)
                .filter(Json::isString)
                .map(Json::asString)
                .orElseThrow(() -> new InvalidInputException(key + " of a fact is no text"));
    }
}
