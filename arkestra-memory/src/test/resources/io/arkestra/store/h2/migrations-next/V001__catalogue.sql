CREATE TABLE IF NOT EXISTS "arkestra_store"(
    "one" INTEGER NOT NULL PRIMARY KEY CHECK ("one" = 1),
    "uuid" VARCHAR(36) NOT NULL,
    "sequence" BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS "arkestra_collection"(
    "name" VARCHAR(40) NOT NULL PRIMARY KEY,
    "schema_version" INTEGER NOT NULL,
    "spec" VARCHAR(100000) NOT NULL
);
