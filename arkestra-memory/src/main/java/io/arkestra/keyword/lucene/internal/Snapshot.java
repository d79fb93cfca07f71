package io.arkestra.keyword.lucene.internal;

import io.arkestra.keyword.KeywordField;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.SmallFloat;

/**
 * A partition at one moment, and BM25 over it (Robertson and Zaragoza 2009, in Lucene's form).
 *
 * <p>Lucene's own scorers count removed texts in their statistics until a merge drops them, so an index that was kept up to date
 * would rank otherwise than one built anew from the same texts. Here document frequencies and average lengths come from the living
 * texts alone, terms are added in the order of the query, and ties are broken by id: the result depends on the texts and on nothing
 * else.
 *
 * <p>Thread-safe. Counted: every user takes a reference and gives it back.
 */
final class Snapshot {
    /** What an exact match is worth against a match by stem. */
    static final float EXACT_BOOST = 1.0f;

    static final String EXACT = ".exact";
    static final String ID = "id";
    static final String AT = "at";
    private static final int MAX_WORDS = 64;

    private final DirectoryReader reader;
    private final Map<String, Double> averageLengths = new ConcurrentHashMap<>();

    Snapshot(DirectoryReader reader) {
        this.reader = reader;
    }

    DirectoryReader reader() {
        return reader;
    }

    boolean tryRetain() {
        return reader.tryIncRef();
    }

    void release() throws IOException {
        reader.decRef();
    }

    int count() {
        return reader.numDocs();
    }

    List<KeywordHit> search(KeywordQuery query, KeywordField field, List<Word> words) throws IOException {
        float[] best = new float[reader.maxDoc()];
        double[] sums = new double[reader.maxDoc()];
        int[] touched = new int[reader.maxDoc()];
        for (Map.Entry<String, Set<String>> concept : concepts(words).entrySet()) {
            int count = 0;
            if (!concept.getKey().isEmpty()) {
                count = best(field, field.name(), concept.getKey(), 1, best, touched, count);
            }
            for (String exact : concept.getValue()) {
                count = best(field, field.name() + EXACT, exact, EXACT_BOOST, best, touched, count);
            }
            for (int i = 0; i < count; i++) {
                sums[touched[i]] += best[touched[i]];
                best[touched[i]] = 0;
            }
        }
        if (query.from().isPresent() || query.to().isPresent()) {
            keepBetween(
                    sums,
                    query.from().map(EpochMicros::of).orElse(Long.MIN_VALUE),
                    query.to().map(EpochMicros::of).orElse(Long.MAX_VALUE));
        }
        return top(sums, query.limit());
    }

    /**
     * Exact forms by stem: forms of one word count as one. When nothing but stop words was asked for, they are looked up as they
     * stand, under an empty stem each.
     */
    private static Map<String, Set<String>> concepts(List<Word> words) {
        Map<String, Set<String>> concepts = new LinkedHashMap<>();
        boolean onlyStop = words.stream().allMatch(Word::stop);
        int distinct = 0;
        Set<String> stopWords = new LinkedHashSet<>();
        for (Word word : words) {
            if (distinct == MAX_WORDS) {
                break;
            }
            if (onlyStop) {
                distinct += stopWords.add(word.exact()) ? 1 : 0;
            } else if (!word.stop()) {
                Set<String> forms = concepts.computeIfAbsent(word.stem(), stem -> new LinkedHashSet<>());
                distinct += forms.add(word.exact()) ? 1 : 0;
            }
        }
        if (onlyStop && !stopWords.isEmpty()) {
            concepts.put("", stopWords);
        }
        return concepts;
    }

    /** Raises each living text's best score for a concept by this term's; lists the texts that were raised from nothing. */
    private int best(
            KeywordField parameters, String field, String term, float boost, float[] best, int[] touched, int count)
            throws IOException {
        List<Posting> postings = new ArrayList<>();
        for (LeafReaderContext leaf : reader.leaves()) {
            collect(leaf, field, new BytesRef(term), postings);
        }
        if (postings.isEmpty()) {
            return count;
        }
        double all = reader.numDocs();
        double found = postings.size();
        double idf = Math.log(1 + (all - found + 0.5) / (found + 0.5));
        double average = averageLength(field);
        int size = count;
        for (Posting posting : postings) {
            double norm = parameters.k1() * (1 - parameters.b() + parameters.b() * posting.length() / average);
            float score = (float) (boost * idf * posting.frequency() / (posting.frequency() + norm));
            if (best[posting.doc()] == 0) {
                touched[size++] = posting.doc();
            }
            best[posting.doc()] = Math.max(best[posting.doc()], score);
        }
        return size;
    }

    private record Posting(int doc, int frequency, int length) {}

    private static void collect(LeafReaderContext leaf, String field, BytesRef term, List<Posting> into)
            throws IOException {
        LeafReader reader = leaf.reader();
        Terms terms = reader.terms(field);
        if (terms == null) {
            return;
        }
        TermsEnum found = terms.iterator();
        if (!found.seekExact(term)) {
            return;
        }
        Bits live = reader.getLiveDocs();
        NumericDocValues norms = reader.getNormValues(field);
        PostingsEnum postings = found.postings(null, PostingsEnum.FREQS);
        for (int doc = postings.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = postings.nextDoc()) {
            if (live == null || live.get(doc)) {
                int length = norms != null && norms.advanceExact(doc) ? length(norms) : 1;
                into.add(new Posting(leaf.docBase + doc, postings.freq(), length));
            }
        }
    }

    private static int length(NumericDocValues norms) throws IOException {
        return SmallFloat.byte4ToInt((byte) norms.longValue());
    }

    private double averageLength(String field) throws IOException {
        Double known = averageLengths.get(field);
        if (known != null) {
            return known;
        }
        long sum = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            NumericDocValues norms = leaf.reader().getNormValues(field);
            Bits live = leaf.reader().getLiveDocs();
            if (norms != null) {
                for (int doc = norms.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = norms.nextDoc()) {
                    if (live == null || live.get(doc)) {
                        sum += length(norms);
                    }
                }
            }
        }
        double average = Math.max(1, sum / (double) Math.max(1, reader.numDocs()));
        averageLengths.put(field, average);
        return average;
    }

    private void keepBetween(double[] sums, long from, long to) throws IOException {
        for (LeafReaderContext leaf : reader.leaves()) {
            NumericDocValues times = DocValues.getNumeric(leaf.reader(), AT);
            for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
                int global = leaf.docBase + doc;
                if (sums[global] > 0) {
                    long at = times.advanceExact(doc) ? times.longValue() : Long.MIN_VALUE;
                    if (at < from || at >= to) {
                        sums[global] = 0;
                    }
                }
            }
        }
    }

    private List<KeywordHit> top(double[] sums, int limit) throws IOException {
        float[] scores = new float[sums.length];
        int found = 0;
        for (double sum : sums) {
            if (sum > 0) {
                scores[found++] = (float) sum;
            }
        }
        if (found == 0) {
            return List.of();
        }
        Arrays.sort(scores, 0, found);
        float least = scores[Math.max(0, found - limit)];
        List<KeywordHit> hits = new ArrayList<>();
        for (LeafReaderContext leaf : reader.leaves()) {
            BinaryDocValues ids = DocValues.getBinary(leaf.reader(), ID);
            for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
                float score = (float) sums[leaf.docBase + doc];
                if (score > 0 && score >= least && ids.advanceExact(doc)) {
                    hits.add(KeywordHit.of(ids.binaryValue().utf8ToString(), score));
                }
            }
        }
        hits.sort(Comparator.comparingDouble(KeywordHit::score).reversed().thenComparing(KeywordHit::id));
        return List.copyOf(hits.subList(0, Math.min(limit, hits.size())));
    }
}
