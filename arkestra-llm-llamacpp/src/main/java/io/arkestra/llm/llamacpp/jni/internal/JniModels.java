package io.arkestra.llm.llamacpp.jni.internal;

import io.arkestra.llm.llamacpp.GgufException;
import io.arkestra.llm.llamacpp.GgufHeader;
import java.nio.file.Path;
import java.util.Set;

/** The models that the llama.cpp of the worker (build 4916) can run. */
final class JniModels {
    private static final Set<String> CHAT = Set.of(
            "arctic",
            "arwkv7",
            "baichuan",
            "bitnet",
            "bloom",
            "chameleon",
            "chatglm",
            "codeshell",
            "cohere2",
            "command-r",
            "dbrx",
            "deci",
            "deepseek",
            "deepseek2",
            "exaone",
            "falcon",
            "gemma",
            "gemma2",
            "gemma3",
            "gpt2",
            "gptneox",
            "granite",
            "granitemoe",
            "grok",
            "internlm2",
            "jais",
            "llama",
            "mamba",
            "minicpm",
            "minicpm3",
            "mpt",
            "nemotron",
            "olmo",
            "olmo2",
            "olmoe",
            "openelm",
            "orion",
            "phi2",
            "phi3",
            "phimoe",
            "plamo",
            "qwen",
            "qwen2",
            "qwen2moe",
            "qwen2vl",
            "refact",
            "rwkv6",
            "rwkv6qwen2",
            "rwkv7",
            "stablelm",
            "starcoder",
            "starcoder2",
            "xverse");
    /** They make vectors; asked for text, native code ends its process. */
    private static final Set<String> ENCODERS = Set.of("bert", "nomic-bert", "jina-bert-v2", "t5encoder");

    private JniModels() {}

    static void requireChat(Path file, GgufHeader header) {
        String architecture = header.architecture();
        if (ENCODERS.contains(architecture)) {
            throw new GgufException("The model file '" + file + "' cannot be used: a " + architecture
                    + " model makes vectors and cannot write text; choose a chat model");
        }
        if (!CHAT.contains(architecture)) {
            throw new GgufException("The model file '" + file + "' cannot be used: the architecture '" + architecture
                    + "' is unknown to the llama.cpp of the worker process (build 4916);"
                    + " run it with llama-server, or choose a model of an older family such as qwen2, llama or gemma3");
        }
        if (header.tokenizer().equals("none")) {
            throw new GgufException("The model file '" + file + "' cannot be used: it has no tokenizer");
        }
    }
}
