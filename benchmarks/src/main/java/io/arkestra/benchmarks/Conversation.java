package io.arkestra.benchmarks;

/**
 * What every rival is told: messages of everyday length that repeat after {@value #MESSAGES}, in conversations of {@value #TURNS}
 * turns, so that the window holds at most {@value #WINDOW} messages and the same number of them on average.
 */
final class Conversation {
    static final int TURNS = 12;
    static final int WINDOW = 2 * TURNS;
    static final String REPLY = "Noted. Shall we go on with the list for Saturday, or look at the tickets first?";

    /** A pattern that is found in each of the messages, and in no result of a tool. */
    static final String EVERY_MESSAGE = "!$";

    private static final int MESSAGES = 4_096;
    private static final String[] WHO = {
        "My sister", "The neighbour", "Our teacher", "A colleague", "Grandfather", "The plumber", "Doctor Weber",
                "Anna",
        "The landlord", "My cousin", "The baker", "Sergey", "Her husband", "The gardener", "My boss", "Little Tom"
    };
    private static final String[] WHAT = {
        "has moved to", "bought a house in", "is on holiday in", "came back from", "found work in", "was born in",
        "opened a shop in", "lost a suitcase in", "learns to sail in", "got married in", "plays football in",
                "sings in",
        "writes letters from", "broke a leg in", "missed the train to", "dreams of"
    };
    private static final String[] WHERE = {
        "Lisbon", "Kazan", "Oslo", "Tbilisi", "Vienna", "Porto", "Riga", "Tomsk", "Lyon", "Quito", "Perth", "Dublin",
        "Naples", "Sofia", "Kyoto", "Bergen"
    };

    private final MinimalAssistant assistant;
    private int turn;

    Conversation(MinimalAssistant assistant) {
        this.assistant = assistant;
    }

    /** Has the next turn, after a new start where one is due. */
    String next() {
        if (turn % TURNS == 0) {
            assistant.newConversation();
        }
        String reply = assistant.ask(message(turn++));
        if (!reply.equals(REPLY)) {
            throw new IllegalStateException("The assistant answered '" + reply + "'; expected '" + REPLY + "'");
        }
        return reply;
    }

    static String message(int number) {
        // Steps that share no factor with the lengths, so that neighbours in a conversation have little in common.
        int n = (int) (number * 1_111L % MESSAGES);
        return WHO[n % 16] + " " + WHAT[n / 16 % 16] + " " + WHERE[n / 256] + "!";
    }
}
