package io.arkestra.embedding.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.testkit.TinyOnnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of the user's own. */
class ManifestModelTest {
    private static final TinyOnnx TINY = TinyOnnx.ofTexts(List.of("порт занят сервер упал", "the cat sleeps here"));

    @TempDir
    Path directory;

    private static Embedders open(Path manifest) {
        Json settings = Json.object()
                .put("conversation", manifest.toString())
                .put("document", "none")
                .put("tool", "none")
                .build();
        return new OnnxEmbedderProvider()
                .open(TestProviderContext.builder().settings(settings).build());
    }

    private Path manifest(String json) throws IOException {
        TINY.writeBiEncoder(directory);
        return Files.writeString(directory.resolve("other.json"), json.replace('\'', '"'));
    }

    private static double cosine(Embedder embedder, String query, String passage) {
        float[] one = embedder.embed(List.of(query), EmbeddingRole.QUERY, Cancellation.none())
                .get(0);
        float[] other = embedder.embed(List.of(passage), EmbeddingRole.PASSAGE, Cancellation.none())
                .get(0);
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    @Test
    void embed_ownModel_findsCommonWordsInBothLanguages() {
        try (Embedders models = open(TINY.writeBiEncoder(directory))) {
            Embedder embedder = models.find(EmbeddingPurpose.CONVERSATION).orElseThrow();

            assertEquals(TinyOnnx.DIMENSION, embedder.info().dimension());
            assertEquals(64, embedder.info().maxTokens());
            assertTrue(cosine(embedder, "сервер упал", "упал сервер, порт занят") > 0.5);
            assertTrue(cosine(embedder, "сервер упал", "the cat sleeps") < 0.4);
            assertEquals(1, cosine(embedder, "cat", "cat"), 1e-5);
            assertTrue(models.find(EmbeddingPurpose.DOCUMENT).isEmpty());
            assertTrue(
                    models.describe().get(0).contains("tiny-embedding"),
                    models.describe().toString());
        }
    }

    @Test
    void embed_fullPrecisionTogetherOrAlone_givesTheSameVectors() {
        try (Embedders models = open(TINY.writeBiEncoder(directory))) {
            Embedder embedder = models.find(EmbeddingPurpose.CONVERSATION).orElseThrow();
            List<String> texts = List.of("the cat", "порт занят сервер упал the cat sleeps here", "here", "кот", "");
            List<float[]> together = embedder.embed(texts, EmbeddingRole.PASSAGE, Cancellation.none());
            for (int i = 0; i < texts.size(); i++) {
                float[] alone = embedder.embed(List.of(texts.get(i)), EmbeddingRole.PASSAGE, Cancellation.none())
                        .get(0);
                org.junit.jupiter.api.Assertions.assertArrayEquals(alone, together.get(i), 1e-6f, texts.get(i));
            }
        }
    }

    @Test
    void embed_lastTokenPoolingPrefixAndDimension_areUsed() throws IOException {
        // The last token is [SEP], which has no vector, and the first is [CLS], which has none either.
        Path last =
                manifest("{'name':'tiny-last','model':'model.onnx','tokenizer':'tokenizer.json','pooling':'last-token',"
                        + "'output':'last_hidden_state','maxTokens':32,'dimension':16}");
        try (Embedders models = open(last)) {
            Embedder embedder = models.find(EmbeddingPurpose.CONVERSATION).orElseThrow();
            assertEquals(16, embedder.info().dimension());
            assertEquals(1, cosine(embedder, "cat", "порт"), 1e-6);
        }
        Path prefixed = manifest("{'name':'tiny-prefix','model':'model.onnx','tokenizer':'tokenizer.json',"
                + "'queryPrefix':'the cat ','maxTokens':32}");
        try (Embedders models = open(prefixed)) {
            Embedder embedder = models.find(EmbeddingPurpose.CONVERSATION).orElseThrow();
            assertTrue(cosine(embedder, "порт", "the cat") > 0.7);
            assertEquals(
                    embedder.countTokens("порт", EmbeddingRole.PASSAGE) + 2,
                    embedder.countTokens("порт", EmbeddingRole.QUERY));
        }
    }

    @Test
    void embed_unigramTokenizer_isReadByTheReferenceLibrary() throws IOException {
        TINY.writeBiEncoder(directory);
        String special =
                "'<s>':{'id':'<s>','ids':[0],'tokens':['<s>']},'</s>':{'id':'</s>','ids':[2],'tokens':['</s>']}";
        String tokenizer = "{'version':'1.0','truncation':null,'padding':null,'added_tokens':[],'normalizer':null,"
                + "'pre_tokenizer':{'type':'Metaspace','replacement':'▁','prepend_scheme':'always','split':true},"
                + "'post_processor':{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'<s>','type_id':0}},"
                + "{'Sequence':{'id':'A','type_id':0}},{'SpecialToken':{'id':'</s>','type_id':0}}],"
                + "'pair':[{'SpecialToken':{'id':'<s>','type_id':0}},{'Sequence':{'id':'A','type_id':0}},"
                + "{'SpecialToken':{'id':'</s>','type_id':0}},{'SpecialToken':{'id':'</s>','type_id':0}},"
                + "{'Sequence':{'id':'B','type_id':0}},{'SpecialToken':{'id':'</s>','type_id':0}}],"
                + "'special_tokens':{" + special + "}},'decoder':null,'model':{'type':'Unigram','unk_id':3,'vocab':"
                + "[['<s>',0],['<pad>',0],['</s>',0],['<unk>',0],['▁кот',-1],['▁спит',-1],['▁',-3],['а',-4]]}}";
        Files.writeString(directory.resolve("unigram.json"), tokenizer.replace('\'', '"'));
        Path manifest = Files.writeString(
                directory.resolve("other.json"),
                "{\"name\":\"tiny-unigram\",\"model\":\"model.onnx\",\"tokenizer\":\"unigram.json\",\"maxTokens\":16}");
        try (Embedders models = open(manifest)) {
            Embedder embedder = models.find(EmbeddingPurpose.CONVERSATION).orElseThrow();

            assertEquals(4, embedder.countTokens("кот спит", EmbeddingRole.PASSAGE));
            assertEquals(1, cosine(embedder, "кот", "кот"), 1e-5);
            assertTrue(embedder.chunks("кот спит ".repeat(30), 12, 2).size() > 3);
            embedder.chunks("кот спит ".repeat(30), 12, 2)
                    .forEach(chunk -> assertTrue(chunk.tokens() <= 12, chunk.toString()));
        }
        assertEquals("true", System.getProperty("ai.djl.offline"));
    }

    @Test
    void open_wrongManifest_namesEverythingThatIsWrong() throws IOException {
        Path wrong = manifest(
                "{'name':'Tiny','model':'gone.onnx','tokenizer':'tokenizer.json','pooling':'max','normalise':false,"
                        + "'maxTokens':3,'colour':'red'}");

        String message = assertThrows(ConfigException.class, () -> open(wrong)).getMessage();

        for (String word : List.of("colour", "'Tiny'", "gone.onnx", "'max'", "normalise", "maxTokens", "other.json")) {
            assertTrue(message.contains(word), word + " in " + message);
        }
    }

    @Test
    void find_outputThatIsNotThere_namesTheOnesThatAre() throws IOException {
        Path wrong = manifest("{'name':'tiny','model':'model.onnx','tokenizer':'tokenizer.json','output':'pooled'}");
        try (Embedders models = open(wrong)) {
            assertTrue(models.find(EmbeddingPurpose.CONVERSATION).isEmpty());
            assertTrue(
                    models.describe().get(0).contains("last_hidden_state"),
                    models.describe().toString());
        }
    }

    @Test
    void info_otherPrefix_hasAnotherFingerprint() throws IOException {
        String one;
        try (Embedders models = open(TINY.writeBiEncoder(directory))) {
            one = models.find(EmbeddingPurpose.CONVERSATION)
                    .orElseThrow()
                    .info()
                    .fingerprint();
        }
        Path other =
                manifest("{'name':'tiny-embedding','model':'model.onnx','tokenizer':'tokenizer.json','maxTokens':64,"
                        + "'passagePrefix':'the '}");
        try (Embedders models = open(other)) {
            assertNotEquals(
                    one,
                    models.find(EmbeddingPurpose.CONVERSATION)
                            .orElseThrow()
                            .info()
                            .fingerprint());
        }
    }

    private String wrong(String json) throws IOException {
        Path manifest = manifest(json);
        return assertThrows(ConfigException.class, () -> open(manifest)).getMessage();
    }

    @Test
    void open_languagesThatAreNoList_areRefused() throws IOException {
        String start = "{'name':'tiny','model':'model.onnx','tokenizer':'tokenizer.json','languages':";

        assertTrue(wrong(start + "'en'}").contains("'languages' is \"en\"; expected a list of language tags"));
        assertTrue(wrong(start + "['en',5]}").contains("expected a list of language tags"));
        assertTrue(wrong(start + "['two words']}").contains("expected a list of language tags"));
    }

    @Test
    void open_modelInPlaceOfItsManifest_saysWhatIsExpected() {
        TINY.writeBiEncoder(directory);

        String message = assertThrows(ConfigException.class, () -> open(directory.resolve("model.onnx")))
                .getMessage();

        assertTrue(message.contains("is a model; expected its manifest, a JSON file such as"), message);
        assertTrue(message.contains("\"model\": \"model.onnx\""), message);
    }

    /** What is told about a model that its manifest does not fit; opened, and asked for more than once. */
    private static String told(Path manifest) {
        Json settings = Json.object()
                .put("conversation", manifest.toString())
                .put("document", manifest.toString())
                .put("tool", "none")
                .build();
        TestProviderContext context =
                TestProviderContext.builder().settings(settings).build();
        try (Embedders models = new OnnxEmbedderProvider().open(context)) {
            assertTrue(models.find(EmbeddingPurpose.CONVERSATION).isEmpty());
            assertTrue(models.find(EmbeddingPurpose.DOCUMENT).isEmpty());
            assertTrue(models.find(EmbeddingPurpose.CONVERSATION).isEmpty());
            assertEquals(1, context.warnings().size(), context.warnings().toString());
            assertEquals(context.warnings(), models.health().findings());
            return context.warnings().get(0);
        }
    }

    @Test
    void find_dimensionThatTheModelDoesNotHave_isToldOnce() throws IOException {
        Path wrong = manifest("{'name':'tiny','model':'model.onnx','tokenizer':'tokenizer.json','maxTokens':32,"
                + "'dimension':4096}");

        String message = told(wrong);

        assertTrue(
                message.contains("The manifest " + wrong + " is wrong: 'dimension' is 4096, but the vectors"), message);
        assertTrue(message.contains("at most " + TinyOnnx.DIMENSION), message);
    }

    @Test
    void find_moreTokensThanTheModelHasPositionsFor_namesTheTrueNumberOnce() throws IOException {
        ModelSpec e5 = KnownModel.named("e5-small-v2-q")
                .orElseThrow()
                .unpack(new ModelFiles(UnpackDirectory.inHome(directory)));
        String json = "{'name':'own-e5','model':'%s','tokenizer':'%s','maxTokens':%d}";
        String files = json.formatted(e5.model().getFileName(), e5.tokenizer().getFileName(), 700);
        Path wrong = Files.writeString(directory.resolve("own.json"), files.replace('\'', '"'));

        String message = told(wrong);

        assertTrue(message.contains("The manifest " + wrong + " is wrong: 'maxTokens' is 700"), message);
        assertTrue(message.contains("the model takes 512 tokens at most; set it to 512"), message);
        Files.writeString(wrong, files.replace('\'', '"').replace("700", "512"));
        try (Embedders models = open(wrong)) {
            assertEquals(
                    384,
                    models.find(EmbeddingPurpose.CONVERSATION)
                            .orElseThrow()
                            .embed(List.of("a ".repeat(510)), EmbeddingRole.PASSAGE, Cancellation.none())
                            .get(0)
                            .length);
        }
    }
}
