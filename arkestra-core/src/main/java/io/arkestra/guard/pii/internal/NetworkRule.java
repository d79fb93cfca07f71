package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.scan.internal.TextWindow;
import java.util.List;

/** Internet addresses (RFC 791 and RFC 4291 with zone and prefix length) and hardware addresses (EUI-48). */
final class NetworkRule implements Recogniser {

    private static final int MAX_ADDRESS = 64;

    private static final ContextWords VERSIONS = new ContextWords(
            "ip|ipv4|адрес\\p{L}*|address|host|server|сервер\\p{L}*",
            "верси\\p{L}*|version|v|ver|build|сборк\\p{L}*|release|релиз\\p{L}*");

    @Override
    public List<String> types() {
        return List.of("IP_ADDRESS", "MAC_ADDRESS");
    }

    @Override
    public boolean concerns(Block block) {
        return block.has(Block.COLON) && block.length() >= 3
                || block.digits() >= 4 && block.has(Block.DOT) && block.length() >= 7
                || block.has(Block.DASH) && block.length() >= 17;
    }

    @Override
    public void find(Block block, Found found) {
        TextWindow text = block.text();
        int i = block.start();
        while (i < block.end()) {
            if (!isAddressChar(text.at(i))) {
                i++;
                continue;
            }
            int end = i;
            while (end < block.end() && isAddressChar(text.at(end))) {
                end++;
            }
            judge(block, i, end, found);
            i = end;
        }
    }

    private static void judge(Block block, int start, int runEnd, Found found) {
        TextWindow text = block.text();
        int end = runEnd;
        while (end > start
                && (text.at(end - 1) == '.'
                        || text.at(end - 1) == ':' && text.at(end - 2) != ':'
                        || text.at(end - 1) == '-')) {
            end--;
        }
        if (end - start < 3 || end - start > MAX_ADDRESS || isWord(text.at(start - 1)) || isWord(text.at(end))) {
            return;
        }
        String run = text.text(start, end);
        if (isMac(run)) {
            found.value("MAC_ADDRESS", "mac", start, end);
            return;
        }
        int from = start;
        int port = run.indexOf(':');
        if (port > 0 && run.lastIndexOf(':') == port) {
            boolean addressFirst = run.indexOf('.') >= 0 && run.indexOf('.') < port;
            end = addressFirst ? start + port : end;
            from = addressFirst ? start : start + port + 1;
            run = text.text(from, end);
        }
        if (run.indexOf(':') < 0) {
            boolean address = isV4(run) && !isVersion(text, from) && text.at(from - 1) != '.';
            if (address) {
                found.value("IP_ADDRESS", "ipv4", from, prefixEnd(text, end, block.end(), 32));
            }
        } else if (isV6(run)) {
            found.value("IP_ADDRESS", "ipv6", from, prefixEnd(text, zoneEnd(text, end, block.end()), block.end(), 128));
        }
    }

    private static boolean isVersion(TextWindow text, int start) {
        String before = text.text(start - 40, start);
        return VERSIONS.lastIn(before.substring(before.lastIndexOf('\n') + 1)) == ContextWords.Sense.AGAINST;
    }

    /** A prefix length belongs to the address. */
    private static int prefixEnd(TextWindow text, int end, int limit, int max) {
        int i = end + 1;
        int bits = 0;
        while (text.at(end) == '/' && i < limit && i < end + 4 && NumberRun.isDigit(text.at(i))) {
            bits = bits * 10 + text.at(i) - '0';
            i++;
        }
        return i > end + 1 && bits <= max && !isWord(text.at(i)) ? i : end;
    }

    private static int zoneEnd(TextWindow text, int end, int limit) {
        if (text.at(end) != '%') {
            return end;
        }
        int i = end + 1;
        while (i < limit && (isWord(text.at(i)) || text.at(i) == '-')) {
            i++;
        }
        return i > end + 1 ? i : end;
    }

    static boolean isV4(String run) {
        String[] parts = run.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean number =
                    !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!number || Integer.parseInt(part) > 255 || part.length() > 1 && part.charAt(0) == '0') {
                return false;
            }
        }
        return true;
    }

    private static boolean isV6(String run) {
        int gap = run.indexOf("::");
        if (gap != run.lastIndexOf("::") || run.length() < 3 || run.chars().noneMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        int groups = gap < 0 ? groups(run) : groups(run.substring(0, gap)) + groups(run.substring(gap + 2));
        return gap < 0 ? groups == 8 : groups >= 1 && groups <= 7;
    }

    /** Number of 16-bit groups, or a large number if it is not a list of such. */
    private static int groups(String list) {
        if (list.isEmpty()) {
            return 0;
        }
        int groups = 0;
        String[] parts = list.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (last && parts[i].indexOf('.') > 0) {
                groups += isV4(parts[i]) ? 2 : 99;
            } else {
                boolean hex = !parts[i].isEmpty()
                        && parts[i].length() <= 4
                        && parts[i].chars().allMatch(c -> Character.digit(c, 16) >= 0);
                groups += hex ? 1 : 99;
            }
        }
        return groups;
    }

    private static boolean isMac(String run) {
        if (run.length() == 14 && run.charAt(4) == '.' && run.charAt(9) == '.') {
            String digits = run.replace(".", "");
            return digits.length() == 12
                    && isHex(digits)
                    && telling(digits)
                    && digits.chars().anyMatch(Character::isLetter);
        }
        if (run.length() != 17 || run.charAt(2) != ':' && run.charAt(2) != '-') {
            return false;
        }
        for (int i = 2; i < 17; i += 3) {
            if (run.charAt(i) != run.charAt(2)) {
                return false;
            }
        }
        String digits = run.replace(run.substring(2, 3), "");
        return digits.length() == 12 && isHex(digits) && telling(digits);
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0);
    }

    /** Nobody's: all zeros and the broadcast address. */
    private static boolean telling(String digits) {
        return digits.chars().anyMatch(c -> c != '0') && digits.chars().anyMatch(c -> c != 'f' && c != 'F');
    }

    private static boolean isAddressChar(char c) {
        return c < 128 && (Character.digit(c, 16) >= 0 || c == ':' || c == '.' || c == '-');
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
