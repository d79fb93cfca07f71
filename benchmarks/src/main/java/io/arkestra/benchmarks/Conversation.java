package io.arkestra.benchmarks;

/**
 * What every rival is told: messages of everyday length that repeat after {@value #MESSAGES}, in conversations of {@value #TURNS}
 * turns, so that the window holds at most {@value #WINDOW} messages and the same number of them on average.
 */
final class Conversation {
    static final int TURNS = 12;
    static final int WINDOW = 2 * TURNS;
    static final String REPLY = "Noted. Shall we go on with the list for Saturday, or look at the tickets first?";

    /** A pattern that is found in each of the messages, and in nothing else. */
    static final String EVERY_MESSAGE = "wants to hear";

    private static final int MESSAGES = 64;
    private static final String[] WHO = {"My sister", "The neighbour", "Our teacher", "A friend from work"};
    private static final String[] WHAT = {"has moved to", "bought a house in", "is on holiday in", "came back from"};
    private static final String[] WHERE = {"Lisbon", "Kazan", "Oslo", "Tbilisi"};

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
        int n = number % MESSAGES;
        return WHO[n % 4] + " " + WHAT[n / 4 % 4] + " " + WHERE[n / 16] + " and " + EVERY_MESSAGE + " about our plans";
    }
}
