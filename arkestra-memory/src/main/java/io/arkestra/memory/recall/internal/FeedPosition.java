package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How far the feeds were followed. The index keeps one number and there are two feeds, so the index's number counts commits, and
 * the feeds' sequences are kept under that number as an entry of the system's own partition: they are committed, cleared and lost
 * together with what they speak of. The last but one entry stays, because partitions are committed one by one and a process may die
 * in between.
 *
 * @param commit number of the last commit; 0 before the first
 * @param messages sequence in the feed of the messages
 * @param memories sequence in the feed of the memories
 */
record FeedPosition(long commit, long messages, long memories) {
    static final FeedPosition START = new FeedPosition(0, 0, 0);

    private static final String WORD = "position";

    FeedPosition withMessages(long sequence) {
        return new FeedPosition(commit, sequence, memories);
    }

    FeedPosition withMemories(long sequence) {
        return new FeedPosition(commit, messages, sequence);
    }

    /** What the index was committed at; the start when it does not say, or says so for dates in another zone. */
    static FeedPosition read(KeywordIndex index, ZoneId zone) {
        long commit = index.committedSequence();
        for (String entry : entries(index)) {
            String[] parts = entry.split(" ");
            if (parts.length == 4 && parts[0].equals(Long.toString(commit)) && parts[3].equals(zone.getId())) {
                return new FeedPosition(commit, Long.parseLong(parts[1]), Long.parseLong(parts[2]));
            }
        }
        return START;
    }

    /** Commits the index at this position. */
    FeedPosition commit(KeywordIndex index, ZoneId zone) {
        long next = commit + 1;
        List<String> outdated = new ArrayList<>();
        for (String entry : entries(index)) {
            if (!entry.startsWith(commit + " ")) {
                outdated.add(entry);
            }
        }
        index.remove(Owner.SYSTEM, outdated);
        index.upsert(List.of(KeywordDoc.of(
                Owner.SYSTEM,
                next + " " + messages + " " + memories + " " + zone.getId(),
                Instant.EPOCH,
                Map.of(IndexTexts.NEAR, WORD))));
        index.commit(next);
        return new FeedPosition(next, messages, memories);
    }

    private static List<String> entries(KeywordIndex index) {
        return index.search(KeywordQuery.of(Owner.SYSTEM, IndexTexts.NEAR, WORD)).stream()
                .map(KeywordHit::id)
                .toList();
    }
}
