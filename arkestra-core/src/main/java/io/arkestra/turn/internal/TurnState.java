package io.arkestra.turn.internal;

import io.arkestra.learning.internal.Ways;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Message;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.neuro.internal.Felt;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.persona.internal.PromptBlocks;
import io.arkestra.persona.internal.Scene;
import io.arkestra.persona.internal.SeniorReply;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolRunner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known after each stage of a turn. Each value holds the one before it and never changes. */
final class TurnState {
    private TurnState() {}

    /**
     * After perceive: the message is stored, the situation known.
     *
     * @param input the turn
     * @param stored the message as it is in the log
     * @param scene the situation, the user and what earlier conversations left
     */
    record Perceived(TurnInput input, Message stored, Scene scene) {
        PromptBlocks.Env env() {
            return scene.env();
        }

        PromptBlocks.State state() {
            return scene.state();
        }
    }

    /**
     * After dispatch.
     *
     * @param perceived what was known before
     * @param junior what the message wants
     */
    record Dispatched(Perceived perceived, JuniorReport junior) {}

    /**
     * After feel: in which mood and in which way the message is answered.
     *
     * @param dispatched what was known before
     * @param felt the mood; null when there is none
     * @param ways what feedback has taught
     */
    record Tuned(Dispatched dispatched, @Nullable Felt felt, Ways ways) {}

    /**
     * After recall.
     *
     * @param tuned what was known before
     * @param recall what memory gave
     */
    record Recalled(Tuned tuned, Recall recall) {
        /** The same, after it was found out which of the tools that were asked for do not exist. */
        Recalled wishingOnlyFor(List<JuniorReport.ToolRequest> missing) {
            Dispatched before = tuned.dispatched();
            JuniorReport junior = before.junior().wishingOnlyFor(missing);
            return new Recalled(
                    new Tuned(new Dispatched(before.perceived(), junior), tuned.felt(), tuned.ways()), recall);
        }
    }

    /**
     * After select.
     *
     * @param recalled what was known before
     * @param tools what the senior may ask for
     */
    record Selected(Recalled recalled, List<ToolSpec> tools) {
        Selected {
            tools = List.copyOf(tools);
        }

        Perceived perceived() {
            return tuned().dispatched().perceived();
        }

        JuniorReport junior() {
            return tuned().dispatched().junior();
        }

        Tuned tuned() {
            return recalled.tuned();
        }
    }

    /**
     * After compose and act: the answer is whole.
     *
     * @param selected what was known before
     * @param exchange what the senior said and the tools answered, in order
     * @param tools tool calls that were made
     * @param memories what is to be kept
     * @param sources what the text rests on
     * @param inherited what the tools gave in the turn that this one goes on from
     * @param derived whether the text only repeats what memory gave, so that it must not be recalled itself
     */
    record Answered(
            Selected selected,
            List<LlmMessage> exchange,
            List<ToolRunner.Done> tools,
            List<SeniorReply.Proposal> memories,
            List<Passage> sources,
            List<Passage> inherited,
            boolean derived) {
        Answered {
            exchange = List.copyOf(exchange);
            tools = List.copyOf(tools);
            memories = List.copyOf(memories);
            sources = List.copyOf(sources);
            inherited = List.copyOf(inherited);
        }
    }
}
