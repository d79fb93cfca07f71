package io.arkestra.tool.declared.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.tool.ToolException;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** An address with places in segments of its path and in values of its query: what is put in can change nothing else of it. Immutable. */
final class UrlTemplate {
    private static final Pattern QUERY = Pattern.compile("[^{}&=?#]*(=[^&=?#]*)?(&[^{}&=?#]*(=[^&=?#]*)?)*");
    private static final String UNRESERVED = "-._~";

    private final String text;
    private final URI fixed;

    /**
     * @param lent which private hosts may be reached
     * @throws ConfigException when it is no such address
     */
    UrlTemplate(String text, Lent lent) {
        this.text = text;
        String without = Template.ARGUMENT.matcher(text).replaceAll("x");
        try {
            fixed = new URI(without);
        } catch (URISyntaxException e) {
            throw wrong("it is no address: " + e.getReason());
        }
        int path = text.indexOf('/', text.indexOf("://") + 3);
        String authority = path < 0 ? text : text.substring(0, path);
        if (authority.indexOf('{') >= 0 || authority.indexOf('?') >= 0) {
            throw wrong("'{…}' may stand in the path and in values of the query, never in the host");
        }
        if (fixed.getHost() == null || fixed.getUserInfo() != null || fixed.getFragment() != null) {
            throw wrong("it must have a host, and neither a user nor a fragment (#…)");
        }
        int query = text.indexOf('?');
        if (query >= 0 && !QUERY.matcher(text.substring(query + 1)).matches()) {
            throw wrong("in the query, '{…}' may only stand in values, as in ?city={city}");
        }
        if (fixed.getScheme().equalsIgnoreCase("http")
                && !(isLoopback() && lent.hosts().contains(host()))) {
            throw wrong("it must begin with https://; http:// is for hosts of this machine that the host of the engine"
                    + " opened with tools(t -> t.reach(\"" + host() + "\"))");
        }
    }

    private ConfigException wrong(String why) {
        return new ConfigException("The url '" + text + "' cannot be used: " + why);
    }

    private boolean isLoopback() {
        return Set.of("localhost", "127.0.0.1", "[::1]").contains(host());
    }

    /** In lower case and ASCII. */
    String host() {
        String host = fixed.getHost().toLowerCase(Locale.ROOT);
        return host.startsWith("[")
                ? host
                : IDN.toASCII(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    }

    int port() {
        return fixed.getPort() >= 0 ? fixed.getPort() : fixed.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    Set<String> places() {
        return Template.names(text);
    }

    /** @throws ToolException when an argument would lead out of its place */
    URI filled(Json arguments) {
        String url = Template.text(text, name -> encoded(Template.plain(arguments, name)));
        URI uri = URI.create(url);
        String path = uri.getPath() == null ? "" : uri.getPath();
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw new ToolException(
                        ToolException.Reason.INVALID_ARGUMENTS,
                        "An argument is '" + segment + "', which would lead to another place of the address");
            }
        }
        String[] written = fixed.getRawPath().split("/", -1);
        String[] filled = uri.getRawPath().split("/", -1);
        for (int i = 0; i < Math.min(written.length, filled.length); i++) {
            if (filled[i].isEmpty() && !written[i].isEmpty()) {
                // What is left of /items/{id} is the address of all items.
                throw new ToolException(
                        ToolException.Reason.INVALID_ARGUMENTS,
                        "An argument is empty, which would lead to another place of the address");
            }
        }
        return uri;
    }

    private static String encoded(String value) {
        StringBuilder out = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            out.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return out.toString();
    }
}
