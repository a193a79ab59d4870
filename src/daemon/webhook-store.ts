import { messageOf } from '../errors.ts';
import { parseHookEvent } from '../protocol/hook-event.ts';
import { parseHookUrl } from '../protocol/hook-url.ts';
import { type Database, databaseFailure, type SqlRow } from './database.ts';

/** A webhook that was added over the API, as it is kept on disk. */
export interface StoredWebhook {
  readonly id: string;
  readonly event: string;
  readonly url: string;
  readonly secret: string | undefined;
}

/** Asks for all webhooks in the order in which they came. */
export const EVERY_WEBHOOK = `
  SELECT CAST(id AS BLOB) AS id, CAST(event AS BLOB) AS event, CAST(url AS BLOB) AS url, CAST(secret AS BLOB) AS secret
  FROM webhooks ORDER BY position`;

/** The webhooks in gafferd's state. What a method has done is on disk when it returns. */
export class WebhookStore {
  readonly #path: string;
  readonly #database: Database;
  readonly #onProblem: (message: string) => void;

  /** @param path of the database's file, for messages. @param onProblem is given one line about what cannot be read */
  constructor(path: string, database: Database, onProblem: (message: string) => void) {
    this.#path = path;
    this.#database = database;
    this.#onProblem = onProblem;
  }

  /** Keeps one, behind the others. @throws GafferError `io_failed` */
  add({ id, event, url, secret }: StoredWebhook): void {
    this.#attempt(() => this.#database.run('INSERT INTO webhooks (id, event, url, secret) VALUES (?, ?, ?, ?)', id, event, url, secret));
  }

  /** Forgets one. @throws GafferError `io_failed` */
  delete(id: string): void {
    this.#attempt(() => this.#database.run('DELETE FROM webhooks WHERE id = ?', id));
  }

  /** All in the order in which they came; one that cannot be read is told of, left out, and stays on disk. @throws GafferError `io_failed` */
  all(): readonly StoredWebhook[] {
    return this.#attempt(() => this.#database.all(EVERY_WEBHOOK)).flatMap((row) => {
      const id = textOf(row['id']);
      try {
        const secret = row['secret'] === null ? undefined : textOf(row['secret']);
        return [{ id, event: parseHookEvent(textOf(row['event'])), url: parseHookUrl(textOf(row['url'])), secret }];
      } catch (error) {
        this.#onProblem(`the webhook ${id} in ${this.#path} is left out: ${messageOf(error)}`);
        return [];
      }
    });
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw databaseFailure(this.#path, error);
    }
  }
}

function textOf(value: SqlRow[string] | undefined): string {
  return value instanceof ArrayBuffer ? Buffer.from(value).toString('utf8') : '';
}
