/** The contracts of Arkestra: interfaces, value types and provider SPIs. */
module io.arkestra.api {
    requires static org.jspecify;

    exports io.arkestra.audit;
    exports io.arkestra.common;
    exports io.arkestra.embedding;
    exports io.arkestra.event;
    exports io.arkestra.guard;
    exports io.arkestra.keyword;
    exports io.arkestra.learning;
    exports io.arkestra.llm;
    exports io.arkestra.memory;
    exports io.arkestra.neuro;
    exports io.arkestra.policy;
    exports io.arkestra.schedule;
    exports io.arkestra.spi;
    exports io.arkestra.store;
    exports io.arkestra.tool;
    exports io.arkestra.vector;
}
