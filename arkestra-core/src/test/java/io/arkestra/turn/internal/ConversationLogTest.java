package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.schedule.internal.TestStores;
import io.arkestra.store.DocStore;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationLogTest {
    private static final UserId ANN = UserId.of("ann");

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");

    private void say(DocStore store, ConversationLog log, int number, Origin origin) {
        List<ConversationLog.Entry> entry =
                List.of(new ConversationLog.Entry(origin, "x", "line " + number, Json.emptyObject()));
        TurnId turn = TurnId.of("t" + number);
        store.inTransaction(tx -> log.append(tx, ANN, SessionId.of("s"), turn, 0, entry, clock.instant()));
        clock.advance(Duration.ofMinutes(1));
    }

    @Test
    void lately_betweenManyMessagesOfOthers_countsTheUsersAlone() {
        try (DocStore store = TestStores.inMemory(clock)) {
            ConversationLog log = new ConversationLog(store);
            say(store, log, 0, Origin.USER);
            Instant since = clock.instant().minusSeconds(1);
            for (int i = 1; i <= 3; i++) {
                say(store, log, i, Origin.USER);
            }
            for (int i = 4; i < 14; i++) {
                say(store, log, i, i % 2 == 0 ? Origin.ASSISTANT : Origin.TOOL);
            }
            assertEquals(
                    List.of("line 1", "line 2", "line 3"),
                    log.lately(ANN, since, 5).stream().map(Message::text).toList());
            assertEquals(
                    List.of("line 2", "line 3"),
                    log.lately(ANN, since, 2).stream().map(Message::text).toList());
        }
    }
}
