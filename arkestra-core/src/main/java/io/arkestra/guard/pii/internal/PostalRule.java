package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.scan.internal.TextWindow;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Postal codes: next to a word for them, behind the code of an American state, and British ones by their own form. */
final class PostalRule implements Recogniser {

    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\p{L}\\d.,+№#-])\\d{3,6}(?:-\\d{3,4})?(?![\\p{L}\\d%]|[.,:-]\\d)");
    private static final Pattern BRITISH = Pattern.compile(
            "(?<![\\p{L}\\d])(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\\d[A-Z\\d]? \\d[ABD-HJLNP-UW-Z]{2})(?![\\p{L}\\d])");
    private static final Context WORDS =
            Context.of("(?:zip(?:[ -]?code)?|post(?:al)?[ -]?code|plz|индекс\\p{L}{0,2})(?: is| это)?[\\s:=-]{0,3}$");
    private static final Context NEAR = Context.of("zip|post|plz|индекс|[A-Z]{2} \\d");
    private static final Context STATES = Context.of(
            "(?<=, )(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) $");

    @Override
    public List<String> types() {
        return List.of("POSTAL_CODE");
    }

    @Override
    public boolean concerns(Block block) {
        return block.digits() >= 2 && block.length() >= 3;
    }

    @Override
    public void find(Block block, Found found) {
        TextWindow text = block.text();
        String content = text.text(block.start(), block.limit());
        if (block.has(Block.SPACE) && block.has(Block.LETTER)) {
            Matcher british = BRITISH.matcher(content);
            while (british.find() && british.end() <= block.length()) {
                found.value("POSTAL_CODE", "postal-uk", block.start() + british.start(), block.start() + british.end());
            }
        }
        if (!NEAR.before(text, block.start(), block.end())) {
            return;
        }
        Matcher number = NUMBER.matcher(content);
        while (number.find() && number.end() <= block.length()) {
            int start = block.start() + number.start();
            if (WORDS.before(text, start) || number.end() - number.start() >= 5 && STATES.before(text, start)) {
                found.value("POSTAL_CODE", "postal-code", start, block.start() + number.end());
            }
        }
    }
}
