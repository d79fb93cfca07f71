package io.arkestra.llm.llamacpp.server.internal;

import io.arkestra.common.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a llama-server is started with.
 *
 * @param binary the executable
 * @param model the GGUF file, checked already
 * @param contextTokens of one slot
 * @param slots how many calls run at the same time
 * @param threads that compute
 */
public record ServerArguments(Path binary, Path model, int contextTokens, int slots, int threads) {
    public ServerArguments {
        if (slots < 1 || slots > 64 || (long) contextTokens * slots > Integer.MAX_VALUE) {
            throw new ConfigException("slots is " + slots + "; expected 1 to 64, and a context that fits them");
        }
    }

    /** Only loopback, only with the key, nothing from the network, no page to look at. */
    List<String> command(Path keyFile) {
        List<String> command =
                new ArrayList<>(List.of(binary.toAbsolutePath().toString(), "--host", "127.0.0.1", "--port", "0"));
        command.addAll(List.of("--api-key-file", keyFile.toString(), "--offline", "--no-ui"));
        command.addAll(List.of("--cors-origins", "localhost", "--jinja", "-m"));
        command.add(model.toAbsolutePath().toString());
        command.addAll(List.of("-c", String.valueOf(contextTokens * slots), "-np", String.valueOf(slots)));
        command.addAll(List.of("-t", String.valueOf(threads)));
        return command;
    }

    /** A process whose environment changes none of that. */
    static ProcessBuilder process(List<String> command) {
        ProcessBuilder process = new ProcessBuilder(command);
        clear(process.environment());
        return process;
    }

    /** Takes out what llama-server reads as arguments. */
    static void clear(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("LLAMA_ARG_") || name.equals("LLAMA_API_KEY"));
    }
}
