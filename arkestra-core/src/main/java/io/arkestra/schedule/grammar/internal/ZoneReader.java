package io.arkestra.schedule.grammar.internal;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads time zones: offsets (UTC+3, GMT-05:30, МСК+2), region ids, abbreviations and the names of cities. */
final class ZoneReader {
    private static final int MAX_OFFSET_MINUTES = 18 * 60;
    private static final Map<String, ZoneId> CITIES = cities();

    private ZoneReader() {}

    /** A zone and where it ends. */
    record Found(int end, ZoneId zone) {}

    private static Map<String, ZoneId> cities() {
        Map<String, ZoneId> cities = new HashMap<>();
        for (String id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
            int slash = id.lastIndexOf('/');
            if (slash > 0 && !id.startsWith("Etc/") && !id.startsWith("SystemV/")) {
                cities.putIfAbsent(Tokenizer.normalize(id.substring(slash + 1).replace('_', ' ')), ZoneId.of(id));
            }
        }
        String russian = "калининград:Europe/Kaliningrad москв:Europe/Moscow питер:Europe/Moscow"
                + " петербург:Europe/Moscow самар:Europe/Samara екатеринбург:Asia/Yekaterinburg уф:Asia/Yekaterinburg"
                + " перм:Asia/Yekaterinburg челябинск:Asia/Yekaterinburg омск:Asia/Omsk новосибирск:Asia/Novosibirsk"
                + " томск:Asia/Tomsk красноярск:Asia/Krasnoyarsk иркутск:Asia/Irkutsk якутск:Asia/Yakutsk"
                + " владивосток:Asia/Vladivostok магадан:Asia/Magadan камчатк:Asia/Kamchatka минск:Europe/Minsk"
                + " киев:Europe/Kiev алматы:Asia/Almaty ташкент:Asia/Tashkent ереван:Asia/Yerevan"
                + " тбилиси:Asia/Tbilisi баку:Asia/Baku берлин:Europe/Berlin лондон:Europe/London париж:Europe/Paris"
                + " стамбул:Europe/Istanbul белград:Europe/Belgrade лиссабон:Europe/Lisbon дуба:Asia/Dubai"
                + " токио:Asia/Tokyo пекин:Asia/Shanghai бангкок:Asia/Bangkok";
        for (String entry : russian.split(" ")) {
            String[] parts = entry.split(":");
            for (String ending : new String[] {"", "а", "е", "у", "ы", "ь", "и", "й", "я"}) {
                cities.putIfAbsent(parts[0] + ending, ZoneId.of(parts[1]));
            }
        }
        return cities;
    }

    /** A zone right behind a clock time: "CET", "UTC+3", "по Москве", "Moscow time". */
    static @Nullable Found suffix(Tokens tokens, int at) {
        if (tokens.at(at).isWord("по")) {
            int next = tokens.skip(at + 1, "московскому", "мск");
            if (next > at + 1) {
                return new Found(tokens.skip(next, "времени"), ZoneId.of("Europe/Moscow"));
            }
            return city(tokens, next);
        }
        Found city = city(tokens, at);
        if (city != null && tokens.at(city.end()).isWord("time")) {
            return new Found(city.end() + 1, city.zone());
        }
        return offset(tokens, at);
    }

    /** Any way of naming a zone. */
    static @Nullable Found any(Tokens tokens, int at) {
        Found region = region(tokens, at);
        if (region != null) {
            return region;
        }
        Found offset = offset(tokens, at);
        return offset != null ? offset : bareOffset(tokens, at);
    }

    /** A city by its English or Russian name, of one or two words. */
    static @Nullable Found city(Tokens tokens, int at) {
        String one = tokens.at(at).word();
        ZoneId two = CITIES.get(one + " " + tokens.at(at + 1).word());
        if (two != null) {
            return new Found(at + 2, two);
        }
        ZoneId zone = tokens.at(at).type() == Token.Type.WORD ? CITIES.get(one) : null;
        return zone == null ? null : new Found(at + 1, zone);
    }

    /** A region id such as {@code Europe/Berlin}, {@code America/New_York} or {@code America/Argentina/Salta}. */
    static @Nullable Found region(Tokens tokens, int at) {
        StringBuilder id = new StringBuilder();
        Found longest = null;
        for (int next = at; next < at + 9 && next < tokens.size(); next++) {
            Token token = tokens.at(next);
            boolean part = token.type() == Token.Type.WORD || token.isMark("/_-");
            if (!part || next > at && !token.glued()) {
                break;
            }
            id.append(token.word());
            ZoneId zone = id.indexOf("/") > 0 ? Regions.BY_LOWER_CASE.get(id.toString()) : null;
            longest = zone == null ? longest : new Found(next + 1, zone);
        }
        return longest;
    }

    private static @Nullable Found offset(Tokens tokens, int at) {
        Token name = tokens.at(at);
        if (!name.is(Kind.ZONE)) {
            return null;
        }
        int minutes = name.value(Kind.ZONE);
        Found more = bareOffset(tokens, at + 1);
        if (more != null && more.zone() instanceof ZoneOffset shift) {
            int total = minutes + shift.getTotalSeconds() / 60;
            return Math.abs(total) > MAX_OFFSET_MINUTES ? null : new Found(more.end(), ofMinutes(total));
        }
        ZoneId zone = name.isWord("мск", "msk") ? ZoneId.of("Europe/Moscow") : ofMinutes(minutes);
        return new Found(at + 1, zone);
    }

    /** "+3", "-05:30", "+0530". */
    private static @Nullable Found bareOffset(Tokens tokens, int at) {
        Token sign = tokens.at(at);
        Token hours = tokens.at(at + 1);
        if (!sign.isMark("+-") || !hours.isNumber(0, 1800) || hours.digits() == 0 || hours.digits() == 3) {
            return null;
        }
        long minutes = hours.digits() == 4 ? hours.number() / 100 * 60 + hours.number() % 100 : hours.number() * 60;
        int end = at + 2;
        if (hours.digits() <= 2
                && tokens.gluedNumber(end, ":")
                && tokens.at(end + 1).isNumber(0, 59)) {
            minutes += tokens.at(end + 1).number();
            end += 2;
        }
        if (minutes > MAX_OFFSET_MINUTES) {
            return null;
        }
        return new Found(end, ofMinutes((int) (sign.isMark("-") ? -minutes : minutes)));
    }

    private static ZoneOffset ofMinutes(int minutes) {
        return ZoneOffset.ofTotalSeconds(minutes * 60);
    }

    private static final class Regions {
        static final Map<String, ZoneId> BY_LOWER_CASE = load();

        private static Map<String, ZoneId> load() {
            Map<String, ZoneId> regions = new HashMap<>();
            for (String id : ZoneId.getAvailableZoneIds()) {
                regions.put(Tokenizer.normalize(id), ZoneId.of(id));
            }
            return regions;
        }
    }
}
