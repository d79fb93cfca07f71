package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Russian passports: four digits of the series and six of the number, also apart, near a word for passports. */
final class PassportRule implements Recogniser {

    private static final Pattern WHOLE = Pattern.compile(
            "(?<![\\p{L}\\d.-])\\d{2}[ -]?\\d{2}[ -]?(?:(?:№|N|No\\.?)[ ]?)?\\d{6}(?![\\p{L}\\d]|[.-]\\d)");
    private static final Pattern PART =
            Pattern.compile("(?<![\\p{L}\\d.-])(?:№ ?)?(?:\\d{2} ?\\d{2}|\\d{6})(?![\\p{L}\\d]|[.-]\\d)");
    private static final Context WORDS = Context.of("паспорт\\p{L}*|загранпаспорт\\p{L}*|passport");
    private static final Context PARTS = Context.of("(?:сери[яию]|series|номер|number)[\\s:№]{0,3}$");

    @Override
    public List<String> types() {
        return List.of("RU_PASSPORT");
    }

    @Override
    public boolean concerns(Block block) {
        return block.digits() >= 4;
    }

    @Override
    public void find(Block block, Found found) {
        if (!WORDS.before(block.text(), block.start(), block.end())) {
            return;
        }
        String text = block.text().text(block.start(), block.limit());
        Matcher whole = WHOLE.matcher(text);
        while (whole.find()) {
            int start = block.start() + whole.start();
            if (WORDS.before(block.text(), start)) {
                found.value("RU_PASSPORT", "ru-passport", start, block.start() + whole.end());
            }
        }
        Matcher part = PART.matcher(text);
        while (part.find() && part.start() < block.length()) {
            int start = block.start() + part.start();
            if (PARTS.before(block.text(), start) && WORDS.before(block.text(), start)) {
                found.value("RU_PASSPORT", "ru-passport", start, block.start() + part.end());
            }
        }
    }
}
