package io.arkestra.provenance.internal;

import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the links and account numbers that stand within a longer text, as whoever reads it would: programs for mail and chat make links of
 * names of hosts, too, and browsers take other full stops for full stops.
 */
final class MentionedPlaces {
    static final Pattern LINK =
            Pattern.compile("(?:[a-zA-Z][a-zA-Z0-9+.-]{1,15}://|(?i:www)\\.)[^\\s<>\"'`)\\]}]+[^\\s<>\"'`)\\]}.,;:!?]");
    static final Pattern IBAN = Pattern.compile(
            "(?<![\\p{L}\\p{N}])[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![\\p{L}\\p{N}])");

    /** Labels and a path; what stands before or behind may not make it a part of something else. */
    private static final Pattern HOST =
            Pattern.compile("(?<![\\p{L}\\p{N}@._-])((?:[\\p{L}\\p{N}][\\p{L}\\p{N}-]{0,62}\\.){1,8})(\\p{L}{2,24})"
                    + "(:\\d{1,5})?(/[^\\s<>\"'`)\\]}]*)?(?![\\p{L}\\p{N}@_-])");
    /** Country, check digits, and what may follow however it is grouped; only one whose check digits fit counts. */
    private static final Pattern GROUPED_IBAN =
            Pattern.compile("(?<![\\p{L}\\p{N}])\\p{Alpha}{2}\\d{2}(?:[ .\\-]?\\p{Alnum}){11,30}(?![\\p{L}\\p{N}])");

    private static final Pattern HIDDEN =
            Pattern.compile("[\\u00AD\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2069\\uFEFF]");

    /** Last labels that make a name one of a host even without a path: of countries, and those in wide use. */
    private static final Set<String> ENDINGS = Stream.concat(
                    Stream.of(Locale.getISOCountries()).map(country -> country.toLowerCase(Locale.ROOT)),
                    Stream.of(
                            "com", "net", "org", "info", "biz", "xyz", "top", "site", "online", "shop", "app", "dev",
                            "link", "click", "live", "club", "page", "web", "website", "space", "store", "tech", "pro",
                            "name", "mobi", "edu", "gov", "int", "eu", "su", "uk", "рф", "онлайн", "сайт"))
            .filter(ending ->
                    !Set.of("md", "py", "sh", "rs", "pl", "cc", "so", "ps").contains(ending))
            .collect(Collectors.toUnmodifiableSet());

    private MentionedPlaces() {}

    /** Links and names of hosts. */
    static List<String> links(String text) {
        String plain = plain(text);
        Set<String> found = new LinkedHashSet<>();
        Matcher link = LINK.matcher(plain);
        StringBuilder rest = new StringBuilder(plain);
        while (link.find()) {
            found.add(link.group());
            for (int i = link.start(); i < link.end(); i++) {
                rest.setCharAt(i, ' ');
            }
        }
        Matcher host = HOST.matcher(rest);
        while (host.find()) {
            String path = host.group(4);
            boolean opens = path != null && path.length() > 1 && !path.startsWith("//");
            String ending = host.group(2).toLowerCase(Locale.ROOT);
            if (ENDINGS.contains(ending) || opens && !isInitials(host.group(1))) {
                found.add(ended(host.group()));
            }
        }
        return List.copyOf(found);
    }

    /** {@code e.g.} and {@code p.m.} are no hosts. */
    private static boolean isInitials(String labels) {
        return labels.length() == 2;
    }

    /** A full stop or a comma behind a link is not part of it. */
    private static String ended(String link) {
        int end = link.length();
        while (end > 0 && ".,;:!?/".indexOf(link.charAt(end - 1)) >= 0) {
            end--;
        }
        return link.substring(0, end);
    }

    /** Account numbers. */
    static List<String> accounts(String text) {
        String plain = plain(text);
        Set<String> found = new LinkedHashSet<>();
        Matcher iban = IBAN.matcher(plain);
        while (iban.find()) {
            found.add(iban.group());
        }
        Matcher grouped = GROUPED_IBAN.matcher(plain);
        int from = 0;
        while (from < plain.length() && grouped.find(from)) {
            String account = account(grouped.group());
            boolean known = found.stream().anyMatch(one -> compact(one).startsWith(account));
            if (!account.isEmpty() && !known) {
                found.add(account);
            }
            from = account.isEmpty() ? grouped.start() + 2 : grouped.end();
        }
        return List.copyOf(found);
    }

    /** The longest beginning whose check digits fit; words that follow may look like a part of it. */
    private static String account(String grouped) {
        String compact = compact(grouped);
        for (int length = Math.min(34, compact.length()); length >= 15; length--) {
            String candidate = compact.substring(0, length);
            if (isChecked(candidate)) {
                return candidate;
            }
        }
        return "";
    }

    private static String compact(String account) {
        return account.replaceAll("[^\\p{Alnum}]", "").toUpperCase(Locale.ROOT);
    }

    /** ISO 7064 MOD 97-10, as ISO 13616 has it: the first four characters come last, letters count from 10. */
    private static boolean isChecked(String account) {
        int rest = 0;
        for (int i = 0; i < account.length(); i++) {
            int value = Character.getNumericValue(account.charAt((i + 4) % account.length()));
            rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
        }
        return rest == 1;
    }

    private static String plain(String text) {
        return HIDDEN.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC))
                .replaceAll("")
                .replace('\u3002', '.');
    }
}
