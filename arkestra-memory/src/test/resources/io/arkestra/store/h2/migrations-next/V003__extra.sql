CREATE TABLE IF NOT EXISTS "arkestra_extra"("id" INTEGER NOT NULL PRIMARY KEY);
MERGE INTO "arkestra_extra"("id") VALUES(1);
