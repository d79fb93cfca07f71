CREATE TABLE IF NOT EXISTS "arkestra_erased"(
    "collection" VARCHAR(40) NOT NULL PRIMARY KEY,
    "sequence" BIGINT NOT NULL
);
