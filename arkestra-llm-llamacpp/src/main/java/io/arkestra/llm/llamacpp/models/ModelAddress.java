package io.arkestra.llm.llamacpp.models;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms in which an address may be written, and where a download may lead. Stateless. */
final class ModelAddress {
    private static final Pattern HUB = Pattern.compile("hf://([\\w.-]+)/([\\w.-]+)(?:@([^/]*))?/([\\w./-]+)");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private ModelAddress() {}

    static boolean isAddress(String text) {
        return text.contains("://") || text.startsWith("file:");
    }

    /** The address that is really asked. */
    static URI resolve(String text) {
        if (text.startsWith("hf://")) {
            return hub(text);
        }
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new ModelStoreException("address", "'" + text + "' is not an address: " + e.getMessage(), false, e);
        }
        String scheme = scheme(uri);
        if (scheme.equals("file") && uri.getPath() != null && uri.getAuthority() == null) {
            return uri;
        }
        if (uri.getHost() == null || uri.getPath() == null || uri.getUserInfo() != null) {
            throw new ModelStoreException(
                    "address",
                    "'" + shown(uri)
                            + "' is not an address of a model; expected is https://HOST/FILE.gguf, file:/FILE.gguf"
                            + " or hf://OWNER/REPO@COMMIT/FILE.gguf, without a user in it.");
        }
        if (scheme.equals("https") || scheme.equals("http") && isLoopback(uri)) {
            return uri;
        }
        throw new ModelStoreException(
                "address",
                "'" + shown(uri) + "' is refused: models are fetched over https; plain http only from this machine.");
    }

    private static URI hub(String text) {
        Matcher parts = HUB.matcher(text);
        if (!parts.matches() || text.contains("..")) {
            throw new ModelStoreException(
                    "address", "'" + text + "' is not of the form hf://OWNER/REPO@COMMIT/FILE.gguf.");
        }
        String commit = parts.group(3);
        if (commit == null || !COMMIT.matcher(commit).matches()) {
            throw new ModelStoreException(
                    "address",
                    "'" + text + "' names " + (commit == null ? "no commit" : "'" + commit + "'")
                            + " where the 40 hex digits of a commit are expected: a branch or tag can be moved to other"
                            + " content at any time. Take the commit from the page with the history of the files.");
        }
        return URI.create("https://huggingface.co/" + parts.group(1) + "/" + parts.group(2) + "/resolve/" + commit + "/"
                + parts.group(4));
    }

    /** Where a redirect leads; only https to an allowed host, or from this machine to this machine. */
    static URI redirect(URI from, String location, Set<String> hosts) {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new ModelStoreException(
                    "redirect", shown(from) + " redirects to something that is not an address.", false, e);
        }
        boolean local = isLoopback(from) && isLoopback(to) && scheme(to).equals("http");
        String host = to.getHost();
        if (local || host != null && scheme(to).equals("https") && allowed(host, from, hosts)) {
            return to;
        }
        throw new ModelStoreException(
                "redirect",
                shown(from) + " redirects to " + shown(to)
                        + ", which is not followed: only https to the same host or to "
                        + String.join(", ", new TreeSet<>(hosts)) + ". Allow the host if you trust it.");
    }

    private static boolean allowed(String host, URI from, Set<String> hosts) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equalsIgnoreCase(from.getHost())
                || hosts.stream().anyMatch(allowed -> name.equals(allowed) || name.endsWith("." + allowed));
    }

    static boolean isLoopback(URI uri) {
        String host = uri.getHost();
        return host != null && Set.of("127.0.0.1", "localhost", "[::1]").contains(host.toLowerCase(Locale.ROOT));
    }

    /** Without query and user, which may hold keys. */
    static String shown(URI uri) {
        String authority =
                uri.getHost() == null ? "" : "//" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        return uri.getScheme() + ":" + authority + (uri.getPath() == null ? "" : uri.getPath());
    }

    private static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }
}
