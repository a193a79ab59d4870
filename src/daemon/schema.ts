import type { Database } from './database.ts';

/** What SQLite keeps in the head of a file to tell whose it is: "GAFF". */
const APPLICATION_ID = 0x47414646;

/** What makes each version of the content from the one before it; the first one from nothing. What is here is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE jobs (
     id INTEGER PRIMARY KEY,
     session TEXT NOT NULL,
     name TEXT NOT NULL,
     config TEXT NOT NULL,
     target INTEGER,
     stopped INTEGER NOT NULL,
     UNIQUE (session, name)
   ) STRICT`,
  `CREATE TABLE webhooks (
     position INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     event TEXT NOT NULL,
     url TEXT NOT NULL,
     secret TEXT,
     UNIQUE (event, url)
   ) STRICT`,
  `CREATE TABLE keys (
     position INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     hash TEXT NOT NULL UNIQUE,
     label TEXT,
     permissions TEXT NOT NULL,
     parent TEXT,
     login TEXT
   ) STRICT;
   CREATE TABLE users (
     position INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     password TEXT NOT NULL,
     type INTEGER NOT NULL,
     key_id TEXT,
     extra TEXT NOT NULL
   ) STRICT`,
  `CREATE TABLE runs (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     generation INTEGER NOT NULL
   ) STRICT`,
];

const VERSION = '(SELECT user_version FROM pragma_user_version)';

/** Makes an empty file one of gafferd's. */
export function makeSchema(database: Database): void {
  database.execute(`PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(database);
}

/** Whether gafferd has made the file. */
export function isOwn(database: Database): boolean {
  return database.holds(`(SELECT application_id FROM pragma_application_id) = ${APPLICATION_ID}`);
}

/** Whether a gafferd that knows more has written the file. */
export function isNewer(database: Database): boolean {
  return database.holds(`${VERSION} > ${MIGRATIONS.length}`);
}

/** Whether this gafferd can use the file as it is. */
export function isCurrent(database: Database): boolean {
  return isOwn(database) && database.holds(`${VERSION} = ${MIGRATIONS.length}`);
}

/** Brings the content to the version of this gafferd, each step wholly or not at all. */
export function migrate(database: Database): void {
  for (const [version, sql] of MIGRATIONS.entries()) {
    if (database.holds(`${VERSION} = ${version}`)) {
      database.execute(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${version + 1}; COMMIT`);
    }
  }
}
