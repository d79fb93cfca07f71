package io.arkestra.examples;

import io.arkestra.Arkestra;
import io.arkestra.Reply;
import io.arkestra.Session;
import io.arkestra.common.UserId;
import java.nio.file.Path;

/** The smallest host. The marked lines are those of the README. */
public final class MinimalEmbed {
    private MinimalEmbed() {}

    public static void main(String[] args) {
        // minimal-embed
        try (Arkestra arkestra = Arkestra.builder()
                .home(Path.of("data")) // leave it out to keep everything in memory
                .build()) {
            Session session = arkestra.session(UserId.of("alice"));
            session.ask("Remember that the spare key is under the blue flowerpot");
            session.ask("Напомни через полчаса выключить духовку");
            Reply reply = session.ask("Where is the spare key?");
            System.out.println(reply.text());
            reply.sources().forEach(source -> System.out.println(source.at() + ": " + source.quote()));
        }
        // minimal-embed
    }
}
