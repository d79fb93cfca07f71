package io.arkestra.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.arkestra.keyword.KeywordQuery;
import io.arkestra.llm.Sampling;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.RecallQuery;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that say the same are equal, whatever part of them differs otherwise. */
class ValuesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** Each row: values of one class that all say something else. */
    static Stream<Arguments> values() {
        Owner ann = Owner.of(UserId.of("ann"));
        return Stream.of(
                row(
                        "Budget",
                        () -> Budget.perTurn(),
                        () -> Budget.perTurn().tokens(1_000),
                        () -> Budget.perTurn().wall(Duration.ofSeconds(1_000)),
                        () -> Budget.perTurn().toolCalls(1_000),
                        () -> Budget.perTurn().modelCalls(1_000)),
                row(
                        "Sampling",
                        () -> Sampling.maxTokens(1_000),
                        () -> Sampling.maxTokens(1_001),
                        () -> Sampling.maxTokens(1_000).temperature(1),
                        () -> Sampling.maxTokens(1_000).topP(1),
                        () -> Sampling.maxTokens(1_000).seed(1),
                        () -> Sampling.maxTokens(1_000).stop(List.of("end"))),
                row(
                        "RecallQuery",
                        () -> RecallQuery.about("tea"),
                        () -> RecallQuery.about("coffee"),
                        () -> RecallQuery.about("tea").limit(500),
                        () -> RecallQuery.about("tea").tokenBudget(500),
                        () -> RecallQuery.about("tea").between(NOON, NOON.plusSeconds(1)),
                        () -> RecallQuery.about("tea").between(NOON, NOON.plusSeconds(2)),
                        () -> RecallQuery.about("tea").between(NOON.minusSeconds(1), NOON.plusSeconds(2)),
                        () -> RecallQuery.about("tea").excluding(TurnId.of("t1"))),
                row(
                        "DocQuery",
                        DocQuery::all,
                        () -> DocQuery.where(Filter.eq("kind", "note")),
                        () -> DocQuery.all().ascending("at"),
                        () -> DocQuery.all().descending("at"),
                        () -> DocQuery.all().limit(500),
                        () -> DocQuery.all().after("cursor")),
                row(
                        "KeywordQuery",
                        () -> KeywordQuery.of(ann, "sharp", "tea"),
                        () -> KeywordQuery.of(Owner.SYSTEM, "sharp", "tea"),
                        () -> KeywordQuery.of(ann, "window", "tea"),
                        () -> KeywordQuery.of(ann, "sharp", "coffee"),
                        () -> KeywordQuery.of(ann, "sharp", "tea").limit(500),
                        () -> KeywordQuery.of(ann, "sharp", "tea").between(NOON, NOON.plusSeconds(1)),
                        () -> KeywordQuery.of(ann, "sharp", "tea").between(NOON, NOON.plusSeconds(2)),
                        () -> KeywordQuery.of(ann, "sharp", "tea").between(NOON.minusSeconds(1), NOON.plusSeconds(2))),
                row(
                        "MemoryDraft",
                        () -> MemoryDraft.fact("tea"),
                        () -> MemoryDraft.note("tea"),
                        () -> MemoryDraft.fact("coffee"),
                        () -> MemoryDraft.fact("tea").origin(Origin.ASSISTANT),
                        () -> MemoryDraft.fact("tea").source("m1"),
                        () -> MemoryDraft.fact("tea").at(NOON)));
    }

    @SafeVarargs
    private static Arguments row(String name, Supplier<Object>... makers) {
        return Arguments.of(name, List.of(makers));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void equals_sameAndDifferentParts_comparesThemAll(String name, List<Supplier<Object>> makers) {
        for (int i = 0; i < makers.size(); i++) {
            Object value = makers.get(i).get();
            for (int j = 0; j < makers.size(); j++) {
                Object other = makers.get(j).get();
                if (i == j) {
                    assertEquals(value, other);
                    assertEquals(value.hashCode(), other.hashCode());
                    assertEquals(value.toString(), other.toString());
                } else {
                    assertNotEquals(value, other);
                    assertNotEquals(value.toString(), other.toString());
                }
            }
            assertNotEquals(value, (Object) name);
        }
    }
}
