package io.arkestra.examples.faults;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.common.UserId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A host in a process of its own that does not close its engine: answers each line of its standard input, ends at {@code exit} by
 * {@link System#exit}.
 */
public final class FaultHost {
    private FaultHost() {}

    /** @param arguments the home and the model of the senior in its short form */
    public static void main(String[] arguments) throws IOException {
        Arkestra engine = Arkestra.builder()
                .home(Path.of(arguments[0]))
                .senior(Llm.parse(arguments[1]))
                .build();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("exit"); line = in.readLine()) {
            System.out.println("answer: "
                    + engine.session(UserId.of("alice")).ask(line).text().replace('\n', ' '));
        }
        System.exit(0);
    }
}
