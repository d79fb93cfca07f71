package io.arkestra.script.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingsSpec;

/** Provider of the scripted model. */
public final class ScriptLlmProvider implements LlmClientProvider {
    /** For the service loader. */
    public ScriptLlmProvider() {}

    @Override
    public String id() {
        return "script";
    }

    @Override
    public SettingsSpec settings() {
        return SettingsSpec.none()
                .with(SettingKey.required("file", SettingKey.Type.PATH, "JSON lines: pattern and answer"));
    }

    @Override
    public LlmClient open(ProviderContext context) {
        return ScriptLlm.read(context.settings()
                .path("file")
                .orElseThrow(() -> new ConfigException("The scripted model needs a file: script:FILE")));
    }
}
