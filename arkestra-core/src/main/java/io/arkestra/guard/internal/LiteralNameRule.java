package io.arkestra.guard.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;
import java.util.regex.Matcher;

/** What a text itself writes like the name of a value, so that it cannot be taken for one later. */
final class LiteralNameRule implements Recogniser {

    static final String TYPE = "PSEUDONYM";

    @Override
    public List<String> types() {
        return List.of(TYPE);
    }

    @Override
    public boolean concerns(Block block) {
        return block.has(Block.SIGN) && block.has(Block.DIGIT) && block.length() >= 7;
    }

    @Override
    public void find(Block block, Found found) {
        Matcher matcher = Pseudonyms.NAME.matcher(block.text().text(block.start(), block.end()));
        while (matcher.find()) {
            found.value(TYPE, "literal-name", block.start() + matcher.start(), block.start() + matcher.end());
        }
    }
}
