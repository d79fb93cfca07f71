package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses of the web, with a scheme or by a well-known top-level domain. */
final class UrlRule implements Recogniser {

    private static final Pattern WHOLE = Pattern.compile("(?i)(?<![a-z0-9])(?:https?|ftps?|wss?)://[^\\s<>\"'`]{2,}");
    private static final Pattern DOMAIN = Pattern.compile(
            "(?i)(?<![\\p{L}\\d@._/-])(?:[a-z0-9-]{1,63}\\.){1,4}(?:com|org|net|edu|gov|info|biz|io|app|dev|ru|рф|uk|de|fr|es|it|nl|pl|ua|by"
                    + "|kz|cn|jp|il|br|us|ca|au|ch|at|se|no|fi|eu|me|tv|site|online)(?![\\p{L}\\d_.-]*[\\p{L}\\d@])(?:/[^\\s<>\"'`]*)?");

    @Override
    public List<String> types() {
        return List.of("URL");
    }

    @Override
    public boolean inProse() {
        return true;
    }

    @Override
    public boolean concerns(Block block) {
        return block.has(Block.DOT) && block.has(Block.LETTER) && block.length() >= 5;
    }

    @Override
    public void find(Block block, Found found) {
        String text = block.text().text(block.start(), block.limit());
        boolean scheme = text.contains("://");
        Matcher url = (scheme ? WHOLE : DOMAIN).matcher(text);
        while (url.find() && url.start() < block.length()) {
            int end = Math.min(url.end(), block.length());
            while (end > url.start() && ".,;:!?)]}>".indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
            found.value("URL", "url", block.start() + url.start(), block.start() + end);
        }
    }
}
