package io.arkestra.guard.secret.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tokens that tell their issuer by form alone and that the rule file does not know, or knows only next to a word. */
final class VendorPrefixes implements Recogniser {

    private static final int MIN = 12;

    private record Form(String id, Pattern pattern) {}

    private static final String FREE = "(?<![A-Za-z0-9_./+-])";

    private static final List<Form> FORMS = List.of(
            form(
                    "artifactory",
                    "(?<![A-Za-z0-9_.+/-])(?:AKC[A-Za-z0-9]{10,}|AP[0-9A-F][A-Za-z0-9]{10,80})(?![A-Za-z0-9_])"),
            form("discord-bot", FREE + "[MNO][\\w-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,38}"),
            form("twilio", FREE + "(?:AC|SK)[a-z0-9]{32}(?![A-Za-z0-9])"),
            form("telegram-bot", FREE + "\\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
            form("mailchimp", FREE + "[0-9a-f]{32}-us\\d{1,2}(?!\\d)"),
            form("npm", "//[^\\s/]{1,100}/:_authToken=\\s*([A-Za-z0-9_-]{36,60})"),
            form("openai", FREE + "sk-(?:[A-Za-z0-9-]{1,20}-)?[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"),
            form("openai", FREE + "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}"),
            form("pypi", FREE + "pypi-AgE[A-Za-z0-9_-]{50,}"),
            form("sendgrid", FREE + "SG\\.[\\w-]{20,24}\\.[\\w-]{39,50}(?![\\w-])"),
            form("gitlab", FREE + "gl(?:pat|dt|ft|soat|rt)-(?=[\\w-]*[\\d_])[\\w-]{20,50}(?![\\w-])"),
            form("gitlab", FREE + "(?:glcbt|glptt|glagent|gloas)-[\\w-]{16,80}(?![\\w-])"),
            form("azure-storage", "AccountKey=([A-Za-z0-9+/=]{88})"),
            form("softlayer", "(?i)softlayer\\.com/soap/v3(?:\\.\\d)?/([a-z0-9]{64})(?![a-z0-9])"),
            form("yandex", FREE + "(?:y0_|AQVN|AQAAA)[A-Za-z0-9_-]{35,120}"),
            form("vk", FREE + "vk1\\.a\\.[A-Za-z0-9_-]{60,}"),
            form("jwt", FREE + "eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?"),
            form("aws-secret", "(?i)aws.{0,20}['\"\\s:=]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"),
            form("key-header", "-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----[\\s\\S]{64,}"));

    private static Form form(String id, String pattern) {
        return new Form(id, Pattern.compile(pattern));
    }

    @Override
    public List<String> types() {
        return List.of("SECRET");
    }

    @Override
    public boolean concerns(Block block) {
        return block.length() >= MIN
                && (block.digits() > 0 || block.has(Block.UPPER) && (block.has(Block.SPACE) || hasPrefix(block)));
    }

    /** Whether two capitals stand somewhere that begin a token without digits. */
    private static boolean hasPrefix(Block block) {
        for (int i = block.start(); i + MIN <= block.end(); i++) {
            char c = block.text().at(i);
            char next = block.text().at(i + 1);
            if (c == 'A' && (next == 'K' || next == 'P' || next == 'C') || c == 'S' && next == 'K') {
                return true;
            }
        }
        return false;
    }

    @Override
    public void find(Block block, Found found) {
        String text = block.text().text(block.start() - 1, block.limit());
        int offset = block.start() == 0 ? 0 : block.start() - 1;
        for (Form form : FORMS) {
            Matcher matcher = form.pattern.matcher(text);
            while (matcher.find()) {
                int group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
                found.value(
                        "SECRET",
                        form.id,
                        offset + matcher.start(group),
                        Math.min(block.end(), offset + matcher.end(group)));
            }
        }
    }
}
