package io.arkestra.schedule.grammar.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds the words that ask for a reminder, and makes a title of what is left of a text. */
final class CommandWords {
    private static final Set<String> REMINDERS =
            Set.of("reminder", "alarm", "timer", "напоминание", "напоминалку", "напоминания", "будильник", "таймер");
    private static final Set<String> CREATE = Set.of(
            "set",
            "create",
            "add",
            "make",
            "schedule",
            "put",
            "поставь",
            "поставьте",
            "создай",
            "создайте",
            "добавь",
            "добавьте",
            "установи",
            "сделай",
            "заведи",
            "запланируй",
            "включи",
            "назначь");
    private static final Set<String> REMIND = Set.of(
            "напомни", "напомните", "напомнить", "напоминай", "напоминайте", "напоминать", "напомнишь", "remind");
    private static final Set<String> WRITE_DOWN =
            Set.of("запиши", "запишите", "запланируй", "запланируйте", "schedule");
    private static final Set<String> OBJECTS =
            Set.of("me", "us", "мне", "нам", "меня", "нас", "please", "пожалуйста", "плиз");
    private static final Set<String> LEADING =
            Set.of("to", "that", "about", "что", "чтобы", "please", "пожалуйста", "мне", "for", "и");
    private static final Set<String> TRAILING = Set.of("please", "пожалуйста", "at", "on", "in", "в", "на");
    private static final Set<String> POLITE = Set.of("please", "can", "could", "you", "пожалуйста", "можешь");
    private static final String EDGES = ".,;:-";

    private final Tokens tokens;
    private final boolean[] removed;
    private boolean commanded;

    CommandWords(Tokens tokens) {
        this.tokens = tokens;
        this.removed = new boolean[tokens.size()];
        find();
    }

    /** Whether there are words of command. */
    boolean isCommand() {
        return commanded;
    }

    private void find() {
        for (int at = 0; at < tokens.size() && !commanded; at++) {
            if (tokens.at(at).type() != Token.Type.WORD) {
                continue;
            }
            String word = tokens.at(at).word();
            int article = tokens.skip(at + 1, "a", "an", "the", "мне");
            boolean reminder = CREATE.contains(word)
                    && REMINDERS.contains(tokens.at(article).word());
            boolean politely = at <= 2;
            if (REMIND.contains(word)
                    && (!word.equals("remind") || tokens.at(at + 1).isWord("me", "us"))) {
                command(at, at + 1);
            } else if (reminder) {
                command(at, article + 1);
            } else if (politely && WRITE_DOWN.contains(word)) {
                command(at, at + 1);
            } else if (at == 0 && REMINDERS.contains(word) && !word.equals("timer")) {
                command(at, at + 1);
            } else if (at == 0 && tokens.words(0, "remember", "to") || tokens.words(at, "don't", "forget", "to")) {
                command(at, tokens.at(at).isWord("remember") ? at + 2 : at + 3);
            } else if (tokens.words(at, "не", "забудь") || tokens.words(at, "не", "забыть")) {
                command(at, at + 2);
            }
        }
    }

    private void command(int from, int to) {
        int end = to;
        while (OBJECTS.contains(tokens.at(end).word())) {
            end++;
        }
        int start = from;
        while (start > 0
                && (POLITE.contains(tokens.at(start - 1).word())
                        || tokens.at(start - 1).isMark(","))) {
            start--;
        }
        commanded = true;
        remove(start, end);
    }

    private void remove(int from, int to) {
        for (int at = from; at < to && at < removed.length; at++) {
            removed[at] = true;
        }
    }

    /** The text without the fragments and the command. */
    String title(String text, List<Scanner.Found> fragments) {
        fragments.forEach(found -> remove(found.start(), found.end()));
        List<Integer> kept = new ArrayList<>();
        for (int at = 0; at < removed.length; at++) {
            if (!removed[at]) {
                kept.add(at);
            }
        }
        stripStart(kept);
        stripEnd(kept);
        return join(text, kept);
    }

    private void stripStart(List<Integer> kept) {
        boolean changed = true;
        while (changed && !kept.isEmpty()) {
            int at = kept.get(0);
            Token first = tokens.at(at);
            boolean ofThat = first.isWord("о", "про") && tokens.at(at + 1).isWord("том", "то");
            boolean afterSomething = at > 0;
            if (ofThat && afterSomething && kept.size() > 1) {
                kept.subList(0, 2).clear();
            } else if (first.isMark(EDGES) || afterSomething && LEADING.contains(first.word()) && kept.size() > 1) {
                kept.remove(0);
            } else {
                changed = false;
            }
        }
    }

    private void stripEnd(List<Integer> kept) {
        boolean changed = true;
        while (changed && !kept.isEmpty()) {
            int at = kept.get(kept.size() - 1);
            Token last = tokens.at(at);
            boolean loose =
                    TRAILING.contains(last.word()) && (at < tokens.size() - 1 || last.isWord("please", "пожалуйста"));
            changed = last.isMark(EDGES) || loose || commanded && last.isMark("?!");
            if (changed) {
                kept.remove(kept.size() - 1);
            }
        }
    }

    private String join(String text, List<Integer> kept) {
        StringBuilder title = new StringBuilder();
        int previous = -1;
        for (int at : kept) {
            Token token = tokens.at(at);
            boolean run = previous == at - 1 && previous >= 0;
            boolean comma = !run && token.isMark(",") && title.length() == 0;
            if (!comma) {
                boolean space = title.length() > 0 && (run ? !token.glued() : !token.isMark(".,;:!?"));
                title.append(space ? " " : "").append(text, token.start(), token.end());
            }
            previous = at;
        }
        return title.toString();
    }
}
