package io.arkestra.spi.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.config.internal.Configuration;
import io.arkestra.policy.PolicyProvider;
import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderException;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real jars and real class loaders; policies stand in for a kind of which one is chosen. */
class ProvidersTest {
    private static final ProviderKind<PolicyProvider> KIND = new ProviderKind<>(
            PolicyProvider.class, "document store", "store", ".store(\"%s\")", "io.arkestra:arkestra-memory");

    @TempDir
    private Path directory;

    private ProviderJars jars;
    private ClassLoader before;
    private final java.util.ArrayList<URLClassLoader> loaders = new java.util.ArrayList<>();

    @BeforeEach
    void start() {
        jars = new ProviderJars(directory);
        before = Thread.currentThread().getContextClassLoader();
    }

    @AfterEach
    void stop() throws IOException {
        Thread.currentThread().setContextClassLoader(before);
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    private Providers<PolicyProvider> discover(String... excluded) throws IOException {
        URLClassLoader loader = jars.loader(getClass().getClassLoader());
        loaders.add(loader);
        return Providers.discover(
                KIND, new ProviderSearch(loader, Set.of(excluded), Map.of("a.b", "c"), Map.of("HOME", "/h")));
    }

    private static Configuration configuration(String id) {
        return Configuration.load(Map.of("arkestra.providers.store", id), Map.of());
    }

    private static String failure(String code, org.junit.jupiter.api.function.Executable call) {
        ProviderException e = assertThrows(ProviderException.class, call);
        assertEquals("provider." + code, e.code());
        return e.getMessage();
    }

    @Test
    void resolve_onlyOne_isChosen() throws IOException {
        jars.jar("first.jar").provider("First", "first", 100).build();

        Resolution<PolicyProvider> resolution = discover().resolve(null, Configuration.empty());

        assertEquals("first (x.First from first.jar; the only one available)", resolution.describe());
        assertEquals(List.of(), resolution.others());
        assertEquals(List.of(), resolution.broken());
    }

    @Test
    void resolve_several_codeBeatsConfigurationBeatsPriority() throws IOException {
        jars.jar("a.jar").provider("A", "a", 10).build();
        jars.jar("b.jar").provider("B", "b", 20).build();
        jars.jar("c.jar").provider("C", "c", 30).build();
        Providers<PolicyProvider> providers = discover();

        assertEquals(
                "a (x.A from a.jar; named in code)",
                providers.resolve("a", configuration("b")).describe());
        assertEquals(
                "b (x.B from b.jar; named in system property arkestra.providers.store)",
                providers.resolve(null, configuration("b")).describe());
        Resolution<PolicyProvider> highest = providers.resolve(null, Configuration.empty());
        assertEquals("c (x.C from c.jar; highest priority, 30)", highest.describe());
        assertEquals(
                List.of(
                        "'a' (x.A from a.jar, priority 10): not chosen",
                        "'b' (x.B from b.jar, priority 20): not chosen"),
                highest.others());
    }

    @Test
    void resolve_equalTopPriority_namesBothJarsAndTheFix() throws IOException {
        jars.jar("low.jar").provider("Low", "low", 1).build();
        jars.jar("h2-store.jar").provider("H2", "h2", 100).build();
        jars.jar("map-store.jar").provider("Maps", "map", 100).build();

        String message = failure("ambiguous", () -> discover().resolve(null, Configuration.empty()));

        assertEquals(
                "2 providers of a document store claim the same priority: 'h2' (x.H2 from h2-store.jar, priority 100) and"
                        + " 'map' (x.Maps from map-store.jar, priority 100). Choose one: .store(\"h2\") in the builder, or"
                        + " providers.store: h2 in arkestra.yaml, or leave one out with providers.exclude: [map].",
                message);
    }

    @Test
    void resolve_tieWithOneExcluded_takesTheOther() throws IOException {
        jars.jar("a.jar").provider("A", "a", 100).build();
        jars.jar("b.jar").provider("B", "b", 100).build();

        assertEquals(
                "a",
                discover("b").resolve(null, Configuration.empty()).provider().id());
        Resolution<PolicyProvider> byClass = discover("x.A").resolve(null, Configuration.empty());
        assertEquals("b", byClass.provider().id());
        assertEquals("x.A from a.jar: excluded", byClass.broken().get(0).toString());
        assertTrue(failure("unavailable", () -> discover("b").named("b", "named in code"))
                .contains("it is excluded"));
    }

    @Test
    void resolve_twoWithOneId_isAmbiguousUntilAClassIsExcluded() throws IOException {
        jars.jar("a.jar").provider("A", "same", 100).build();
        jars.jar("b.jar").provider("B", "same", 100).build();

        String message = failure("ambiguous", () -> discover().resolve("same", Configuration.empty()));

        assertTrue(message.endsWith("Choose one: leave one out with providers.exclude: [x.B]."), message);
        assertEquals(
                "a.jar", discover("x.B").resolve("same", Configuration.empty()).jar());
    }

    @Test
    void resolve_none_namesTheArtifactToAdd() throws IOException {
        assertEquals(
                "No document store was found that can be used. Add io.arkestra:arkestra-memory to the class path.",
                failure("none", () -> discover().resolve(null, Configuration.empty())));
    }

    @Test
    void resolve_unknownId_listsTheKnownOnes() throws IOException {
        jars.jar("a.jar").provider("A", "h2", 100).provider("B", "postgres", 50).build();

        assertEquals(
                "There is no document store 'postgress' (named in system property arkestra.providers.store); known: h2,"
                        + " postgres (did you mean 'postgres'?). Correct the id or add io.arkestra:arkestra-memory to the class path.",
                failure("unknown", () -> discover().resolve(null, configuration("postgress"))));
    }

    @Test
    void discover_brokenProviders_areReportedWithTheirJarsAndSkipped() throws IOException {
        jars.jar("throws.jar")
                .provider(
                        "Throws",
                        "public Throws() { throw new IllegalStateException(\"no licence\"); } public String id() { return \"t\"; }")
                .build();
        jars.jar("init.jar")
                .provider("Init", "static final int X = Integer.parseInt(\"?\"); public String id() { return \"i\"; }")
                .build();
        jars.jar("absent.jar").declare("x.Absent # moved away").build();
        jars.jar("superclass.jar")
                .source("Base", "package x; public class Base {}")
                .source("Derived", """
                        package x;
                        public class Derived extends Base implements io.arkestra.policy.PolicyProvider {
                          public String id() { return "derived"; }
                          public io.arkestra.policy.Policy open(io.arkestra.spi.ProviderContext context) { return null; }
                        }
                        """)
                .declare("x.Derived")
                .leaveOut("Base")
                .build();
        jars.jar("library.jar")
                .source("Library", "package x; public class Library { public static void load() {} }")
                .provider("Linked", "public Linked() { Library.load(); } public String id() { return \"l\"; }")
                .leaveOut("Library")
                .build();
        jars.jar("stranger.jar")
                .source("Stranger", "package x; public class Stranger {}")
                .declare("x.Stranger")
                .build();
        jars.jar("garbled.jar").declare("not a class name").build();
        jars.jar("lazy.jar")
                .provider("Lazy", "public String id() { throw new UnsupportedOperationException(\"later\"); }")
                .build();
        jars.jar("noid.jar")
                .provider("NoId", "public String id() { return null; }")
                .build();
        jars.jar("badid.jar")
                .provider("BadId", "public String id() { return \"Bad Id\"; }")
                .build();
        jars.jar("moody.jar")
                .provider(
                        "Moody",
                        "public String id() { return \"moody\"; } public io.arkestra.spi.Availability"
                                + " availability(io.arkestra.spi.Environment e) { throw new NoClassDefFoundError(\"z/Z\"); }")
                .build();
        jars.jar("good.jar").provider("Good", "good", 100).build();

        Providers<PolicyProvider> providers = discover();

        assertEquals(
                "good",
                providers.resolve(null, Configuration.empty()).provider().id());
        Map<String, String> broken = providers.broken().stream()
                .collect(Collectors.toMap(p -> p.name() + " from " + p.jar(), BrokenProvider::reason));
        assertEquals("IllegalStateException: no licence", broken.remove("x.Throws from throws.jar"));
        assertEquals("NumberFormatException: For input string: \"?\"", broken.remove("x.Init from init.jar"));
        assertTrue(broken.remove("x.Absent from absent.jar").contains("x.Absent not found"));
        assertEquals("ClassNotFoundException: x.Base", broken.remove("x.Derived from superclass.jar"));
        assertEquals("ClassNotFoundException: x.Library", broken.remove("x.Linked from library.jar"));
        assertTrue(broken.remove("x.Stranger from stranger.jar").contains("not a subtype"));
        assertEquals("UnsupportedOperationException: later", broken.remove("x.Lazy from lazy.jar"));
        assertEquals("NullPointerException: its id is null", broken.remove("x.NoId from noid.jar"));
        assertTrue(broken.remove("x.BadId from badid.jar").contains("'Bad Id'; expected lower-case words"));
        assertEquals("NoClassDefFoundError: z/Z", broken.remove("x.Moody from moody.jar"));
        assertEquals(1, broken.size(), broken::toString);
        assertTrue(broken.values().iterator().next().contains("garbled.jar"), broken::toString);
    }

    @Test
    void resolve_onlyBroken_tellsWhyInTheError() throws IOException {
        jars.jar("broken.jar")
                .provider(
                        "Broken",
                        "public Broken() { throw new IllegalStateException(\"no licence\"); } public String id() { return \"b\"; }")
                .build();

        String message = failure("none", () -> discover().resolve(null, Configuration.empty()));

        assertTrue(
                message.endsWith("Found but not usable: x.Broken from broken.jar: IllegalStateException: no licence."),
                message);
    }

    @Test
    void resolve_unavailable_isSkippedUnlessNamed() throws IOException {
        jars.jar("native.jar").provider("Native", """
                        public String id() { return "native"; }
                        public int priority() { return 500; }
                        public io.arkestra.spi.Availability availability(io.arkestra.spi.Environment e) {
                          boolean seen = e.hasClass("x.Native") && !e.hasClass("x.Nowhere") && e.javaVersion() >= 17
                              && e.property("a.b").get().equals("c") && e.variable("HOME").get().equals("/h");
                          return io.arkestra.spi.Availability.missing(seen ? "libnative.so is missing" : "blind");
                        }
                        """).build();
        jars.jar("plain.jar").provider("Plain", "plain", 100).build();
        Providers<PolicyProvider> providers = discover();

        Resolution<PolicyProvider> resolution = providers.resolve(null, Configuration.empty());

        assertEquals("plain", resolution.provider().id());
        assertEquals(
                List.of(
                        "'native' (x.Native from native.jar, priority 500): it is not available: libnative.so is missing"),
                resolution.others());
        assertEquals(
                "The document store 'native' (x.Native from native.jar, priority 500), named in code, cannot be used: it is"
                        + " not available: libnative.so is missing",
                failure("unavailable", () -> providers.resolve("native", Configuration.empty())));
    }

    @Test
    void resolve_otherSpiVersion_isReportedAndSkipped() throws IOException {
        jars.jar("future.jar")
                .provider("Future", "public String id() { return \"future\"; } public int spiVersion() { return 2; }")
                .build();
        Providers<PolicyProvider> providers = discover();

        String message = failure("none", () -> providers.resolve(null, Configuration.empty()));

        assertTrue(message.contains("made for version 2 of the contracts, this is version 1"), message);
        assertEquals(List.of(), providers.usable());
        assertEquals(1, providers.candidates().size());
    }

    @Test
    void discover_sameClassSeenByTwoLoaders_isTakenOnce() throws IOException {
        Path contract = jars.jar("contract.jar")
                .service("x.Special")
                .source("Special", "package x; public interface Special extends io.arkestra.spi.Provider {}")
                .source(
                        "Here",
                        "package x; public class Here implements Special { public String id() { return \"here\"; } }")
                .declare("x.Here")
                .build();
        Path addition = jars.jar("addition.jar")
                .service("x.Special")
                .source(
                        "There",
                        "package x; public class There implements Special { public String id() { return \"there\"; } }")
                .declare("x.There")
                .build();
        URLClassLoader own = ProviderJars.loader(getClass().getClassLoader(), contract);
        URLClassLoader context = ProviderJars.loader(own, addition);
        loaders.add(own);
        loaders.add(context);

        assertEquals(List.of("here", "there"), ids(own, context));
        // A context loader that knows nothing of the contract does not hide what is beside the contract.
        assertEquals(List.of("here"), ids(own, ClassLoader.getPlatformClassLoader()));
    }

    private static List<String> ids(ClassLoader own, ClassLoader context) {
        Thread.currentThread().setContextClassLoader(context);
        ProviderKind<?> kind = kind(own);
        return Providers.discover(kind, ProviderSearch.standard(Set.of())).usable().stream()
                .map(Candidate::id)
                .toList();
    }

    private static ProviderKind<?> kind(ClassLoader own) {
        try {
            return new ProviderKind<>(
                    Class.forName("x.Special", false, own).asSubclass(Provider.class), "special", "", "", "nothing");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ofInstance_providerFromTheHost_isDescribedAsSuch() {
        PolicyProvider provider = new PolicyProvider() {
            @Override
            public String id() {
                return "mine";
            }

            @Override
            public io.arkestra.policy.Policy open(io.arkestra.spi.ProviderContext context) {
                throw new UnsupportedOperationException();
            }
        };

        assertTrue(Resolution.ofInstance(provider).describe().endsWith("; instance given in code)"));
    }
}
