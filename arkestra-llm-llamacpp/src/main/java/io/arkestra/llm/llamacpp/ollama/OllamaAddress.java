package io.arkestra.llm.llamacpp.ollama;

import io.arkestra.common.ConfigException;
import java.net.URI;
import java.util.Locale;

/** Where an Ollama is. Immutable. */
record OllamaAddress(URI base) {
    static final String STANDARD = "http://127.0.0.1:11434";

    private static final int PORT = 11_434;

    OllamaAddress {
        boolean http = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
        if (!http || base.getHost() == null || base.getUserInfo() != null || base.getQuery() != null) {
            throw new ConfigException(
                    "The address of Ollama is none that can be used; expected http://HOST:PORT, without credentials or a query");
        }
    }

    /**
     * Reads what {@code OLLAMA_HOST} may hold as well: {@code HOST}, {@code HOST:PORT}, {@code :PORT}, or an address. Where the server would
     * listen on all interfaces it is reached on this machine.
     *
     * @param key where the text is from, for messages; the text may hold credentials and is not shown
     */
    static OllamaAddress of(String key, String text) {
        String given = text.strip();
        boolean plain = !given.contains("://");
        String host = plain ? "http://" + (given.startsWith(":") ? "127.0.0.1" + given : given) : given;
        URI uri;
        try {
            uri = URI.create(host.replaceFirst("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key + " is no address; expected http://HOST:PORT");
        }
        if (uri.getHost() == null) {
            throw new ConfigException(key + " is no address; expected http://HOST:PORT");
        }
        String name = uri.getHost().equals("0.0.0.0") || uri.getHost().equals("[::]") ? "127.0.0.1" : uri.getHost();
        int port = uri.getPort() < 0 && plain ? PORT : uri.getPort();
        String credentials = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@";
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new OllamaAddress(URI.create(uri.getScheme() + "://" + credentials + name + (port < 0 ? "" : ":" + port)
                + uri.getRawPath() + query));
    }

    /** @param path with a slash at its beginning */
    URI at(String path) {
        return URI.create(base + path);
    }

    /** Whether it is on this machine. */
    boolean loopback() {
        String host = base.getHost().toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}") || host.equals("[::1]");
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
