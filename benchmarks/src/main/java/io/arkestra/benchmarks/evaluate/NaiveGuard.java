package io.arkestra.benchmarks.evaluate;

import io.arkestra.guard.GuardFinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a first list of regular expressions finds: the baseline. */
final class NaiveGuard {

    private static final Map<String, Pattern> PATTERNS = new TreeMap<>(Map.of(
            "EMAIL", Pattern.compile("[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}"),
            "CREDIT_CARD", Pattern.compile("\\b(?:\\d[ -]?){13,16}\\b"),
            "PHONE", Pattern.compile("\\+?\\d[\\d ()-]{7,14}\\d"),
            "US_SSN", Pattern.compile("\\b\\d{3}-\\d{2}-\\d{4}\\b"),
            "IP_ADDRESS", Pattern.compile("\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b"),
            "IBAN", Pattern.compile("\\b[A-Z]{2}\\d{2}[A-Z0-9]{11,30}\\b"),
            "SECRET", Pattern.compile("(?i)(?:password|passwd|secret|token|api[_-]?key)\\s*[:=]\\s*[\"']?\\S{6,}"),
            "PROFANITY", Pattern.compile("(?i)\\b(?:fuck|shit|bitch|cunt|asshole|хуй|пизда|бля|блядь|ебать)\\b")));

    List<GuardFinding> find(String text) {
        List<GuardFinding> findings = new ArrayList<>();
        PATTERNS.forEach((type, pattern) -> {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                findings.add(GuardFinding.of(type, matcher.start(), matcher.end(), "naive"));
            }
        });
        findings.sort(Comparator.comparingInt(GuardFinding::start));
        return findings;
    }
}
