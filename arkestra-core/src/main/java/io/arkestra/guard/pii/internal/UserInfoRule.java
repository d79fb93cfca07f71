package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name and password in addresses such as {@code https://user:password@host}. */
final class UserInfoRule implements Recogniser {

    private static final Pattern CREDENTIALS = Pattern.compile(
            "(?i)(?<![a-z0-9])[a-z][a-z0-9+.-]{1,20}://([^\\s/?#@:\"'<>]{0,128}:[^\\s/?#@\"'<>]{1,256})@[\\p{L}\\d.\\[-]");
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i).*:(?:\\$\\{?\\w+}?|\\$\\(.*|<[^>]*>|\\{\\{?[^}]*}?}|%\\w*%?|\\*+|x+|\\[[^]]*]|\\.+|…)");

    @Override
    public List<String> types() {
        return List.of("SECRET");
    }

    @Override
    public boolean concerns(Block block) {
        return block.has(Block.AT) && block.has(Block.SLASH) && block.has(Block.COLON);
    }

    @Override
    public void find(Block block, Found found) {
        Matcher matcher = CREDENTIALS.matcher(block.text().text(block.start(), block.limit()));
        while (matcher.find()) {
            if (!PLACEHOLDER.matcher(matcher.group(1)).matches()) {
                found.value(
                        "SECRET", "url-credentials", block.start() + matcher.start(1), block.start() + matcher.end(1));
            }
        }
    }
}
