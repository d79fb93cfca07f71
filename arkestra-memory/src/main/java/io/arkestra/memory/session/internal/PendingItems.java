package io.arkestra.memory.session.internal;

import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds what the user still has to do, in English and Russian. Thread-safe. */
final class PendingItems {
    private static final int MOST = 5;
    private static final Pattern OPEN = Pattern.compile(
            "(?<![\\p{L}])(?:(?:i|we) (?:still )?(?:need to|have to|must|promised to|ought to|haven't|have not|forgot to)"
                    + "|i've (?:still )?got to|i should(?! have)|to-?do ?:|мне (?:ещ[её] )?(?:надо|нужно|необходимо|осталось|предстоит)"
                    + "|(?:надо|нужно) (?:бы |будет |ещ[её] )?\\p{L}+ть|я (?:ещ[её] )?(?:долж[ен]н?а?|обещал[аи]?|не успел[аи]?|забыл[аи]?) )",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern NOT = Pattern.compile(
            "(?<![\\p{L}])(?:if|don't (?:need|have) to|maybe|perhaps|если|может быть|не (?:надо|нужно))(?![\\p{L}])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern DONE = Pattern.compile(
            "(?<![\\p{L}])(?:done|did|finished|completed|bought|called|sent|paid|fixed|booked|returned|submitted|wrote|went|already"
                    + "|сделал|закончил|купил|позвонил|отправил|оплатил|заплатил|починил|забронировал|вернул|сдал|написал|сходил|готово|уже)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private final WordAnalysis analysis;

    PendingItems(WordAnalysis analysis) {
        this.analysis = analysis;
    }

    /** What is left open at the end of these messages, the oldest first; what was said to be done later is not. */
    List<Excerpt> of(List<Message> messages) {
        record Item(Excerpt place, Set<String> stems) {}
        List<Item> items = new ArrayList<>();
        for (Message message : messages) {
            if (!Transcript.isOwn(message)) {
                continue;
            }
            for (Excerpt place : Sentences.split(message)) {
                String sentence = place.in(message.text());
                if (OPEN.matcher(sentence).find() && !NOT.matcher(sentence).find() && !Sentences.asks(sentence)) {
                    items.add(new Item(place, stems(sentence)));
                } else if (DONE.matcher(sentence).find()) {
                    Set<String> done = stems(sentence);
                    items.removeIf(item -> settles(done, item.stems()));
                }
            }
        }
        return items.stream()
                .skip(Math.max(0, items.size() - MOST))
                .map(Item::place)
                .toList();
    }

    /** Whether a sentence of one of these messages says that the item is done. */
    boolean isDone(String item, List<Message> later) {
        Set<String> open = stems(item);
        return later.stream()
                .filter(Transcript::isOwn)
                .flatMap(message -> Sentences.split(message).stream().map(place -> place.in(message.text())))
                .anyMatch(sentence -> DONE.matcher(sentence).find() && settles(stems(sentence), open));
    }

    /** The verb is another one ("need to buy" – "bought"), the things are the same. */
    private static boolean settles(Set<String> done, Set<String> open) {
        Set<String> shared = new HashSet<>(open);
        shared.retainAll(done);
        return !shared.isEmpty() && shared.size() * 2 >= open.size() - 1;
    }

    private Set<String> stems(String text) {
        Set<String> stems = new HashSet<>();
        for (Word word : analysis.words(OPEN.matcher(text).replaceAll(" "))) {
            if (!word.stop()) {
                stems.add(word.stem());
            }
        }
        return stems;
    }
}
