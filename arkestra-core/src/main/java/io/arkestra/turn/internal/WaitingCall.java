package io.arkestra.turn.internal;

import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import java.util.Set;

/**
 * A call that waited for a person while its turn ended.
 *
 * @param turn the turn that asked for it
 * @param call as the model asked for it
 * @param quality how the answer that asked for it came to be in form
 * @param taints untrusted sources that were seen when it was asked for
 */
public record WaitingCall(TurnId turn, LlmToolCall call, OutputQuality quality, Set<Taint> taints) {
    public WaitingCall {
        taints = Set.copyOf(taints);
    }
}
