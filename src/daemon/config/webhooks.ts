import type { Reading } from './reading.ts';
import { parseHttpUrl } from './values.ts';

/** An address that is told of an event. */
export interface WebhookSettings {
  /** `.` is every event. */
  readonly event: string;
  readonly url: string;
}

/** Reads the lines of `[webhooks]`; blanks part the addresses of one event. */
export function readWebhooks(reading: Reading): readonly WebhookSettings[] {
  return [...(reading.sections.get('webhooks') ?? [])].flatMap(([event, said]) => {
    const urls = said.text === '' ? [said.text] : said.text.split(/\s+/);
    return reading
      .values(
        urls.map((text) => ({ ...said, text })),
        parseHttpUrl,
      )
      .map((url) => ({ event, url }));
  });
}
