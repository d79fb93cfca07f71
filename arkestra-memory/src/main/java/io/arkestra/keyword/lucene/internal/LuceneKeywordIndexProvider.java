package io.arkestra.keyword.lucene.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.spi.ProviderContext;
import java.util.regex.Pattern;

/** Keyword indexes on Lucene. */
public final class LuceneKeywordIndexProvider implements KeywordIndexProvider {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final int MAX_OPEN = 64;

    @Override
    public String id() {
        return "lucene";
    }

    @Override
    public KeywordIndex open(KeywordIndexSpec spec, ProviderContext context) {
        return open(spec, context, MAX_OPEN);
    }

    /** With another bound on open partitions. */
    KeywordIndex open(KeywordIndexSpec spec, ProviderContext context, int maxOpen) {
        if (!NAME.matcher(spec.name()).matches()) {
            throw new ConfigException("Keyword index name '" + spec.name() + "' must match " + NAME.pattern());
        }
        PartitionFiles files = new PartitionFiles(
                context.dataDirectory().map(home -> home.resolve(spec.name())).orElse(null));
        return new LuceneKeywordIndex(spec, files, maxOpen, context::warn);
    }
}
