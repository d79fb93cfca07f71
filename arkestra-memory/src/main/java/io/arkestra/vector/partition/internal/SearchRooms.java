package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.SearchRoom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Function;

/** Arrays of searches that are over, for the next ones. At most so many are kept. */
final class SearchRooms {
    private final ArrayBlockingQueue<SearchRoom> free = new ArrayBlockingQueue<>(8);

    <T> T with(Function<SearchRoom, T> search) {
        SearchRoom found = free.poll();
        SearchRoom room = found == null ? new SearchRoom() : found;
        try {
            return search.apply(room);
        } finally {
            free.offer(room);
        }
    }
}
