package io.arkestra.guard.internal;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;

/**
 * A host's own rule. Its pattern is RE2's, which takes linear time whatever the text; it sees one block at a time, so a value with
 * spaces that are not between digits is not found.
 *
 * @param id name of the rule
 * @param type type of its values
 * @param pattern what is looked for
 */
public record CustomRule(String id, String type, Pattern pattern) implements Recogniser {

    @Override
    public List<String> types() {
        return List.of(type);
    }

    @Override
    public boolean inProse() {
        return true;
    }

    @Override
    public boolean concerns(Block block) {
        return true;
    }

    @Override
    public void find(Block block, Found found) {
        Matcher matcher = pattern.matcher(block.text().text(block.start(), block.end()));
        while (matcher.find()) {
            if (matcher.end() > matcher.start()) {
                found.value(type, id, block.start() + matcher.start(), block.start() + matcher.end());
            }
        }
    }
}
