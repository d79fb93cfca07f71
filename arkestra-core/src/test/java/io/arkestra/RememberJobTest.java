package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.store.Owner;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RememberJobTest {
    private static final UserId ANN = UserId.of("ann");
    private static final UserId BEN = UserId.of("ben");

    @Test
    void remember_payloadNamesAnotherUser_writesOnlyTheOwnersMemory() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try (Arkestra arkestra = Arkestra.builder().build()) {
            arkestra.events().subscribe(Set.of(Topic.JOB), Delivery.sync(), event -> {
                if (event instanceof Events.JobChanged job && job.state().equals(JobState.SUCCEEDED.name())) {
                    done.countDown();
                }
            });

            arkestra.jobs()
                    .submit(JobSpec.builder("remember", Owner.of(ANN))
                            .payload(Json.parse("""
                                            {"user":"ben","session":"s","turn":"t","message":"m",
                                             "memories":[{"kind":"FACT","text":"the door is blue","origin":"USER"}]}
                                            """))
                            .build());

            assertTrue(done.await(10, TimeUnit.SECONDS));
            assertEquals(List.of("the door is blue"), texts(arkestra, ANN));
            assertEquals(List.of(), texts(arkestra, BEN));
        }
    }

    private static List<String> texts(Arkestra arkestra, UserId user) {
        return arkestra.memory().list(Scope.of(user), 10).stream()
                .map(MemoryRecord::text)
                .toList();
    }
}
