package io.arkestra.testkit;

import io.arkestra.llm.LlmCapabilities;

/** A scripted model that claims nothing refuses what it does not claim. */
class PlainScriptedLlmContractTest extends ScriptedLlmContractTest {
    @Override
    ScriptedLlm create() {
        return new ScriptedLlm(LlmCapabilities.builder().build());
    }
}
