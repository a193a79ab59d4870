import { GafferError } from '../../errors.ts';
import { parseHookEvent } from '../../protocol/hook-event.ts';
import { expectSecret } from '../../protocol/hook-signature.ts';
import { parseHookUrl } from '../../protocol/hook-url.ts';
import type { IniFile } from './ini-files.ts';
import { readText } from './input-file.ts';
import type { Reading } from './reading.ts';
import { placeOf, type Said, saidAlready, wordsOf } from './said.ts';
import { WEBHOOK } from './sections.ts';

/** An address that is told of an event. */
export interface WebhookSettings {
  /** A name, the beginning of some, or `.` for every event. */
  readonly event: string;
  readonly url: string;
  /** Deliveries are signed with it. */
  readonly secret: string | undefined;
  /** Where it is written: `/etc/gaffer/gafferd.ini:3`. */
  readonly place: string;
}

/** What is said together: each of the addresses is told of each of the events. */
interface Group {
  readonly events: readonly Said[];
  readonly urls: readonly Said[];
  readonly secret: string | undefined;
}

/** 0.4's page of events has it, and it was never told: old files that name it go on as they did. */
const NEVER_TOLD = 'restart';

/** Reads the lines of `[webhooks]` and the sections `[webhook:NAME]`; that an address is told of an event twice is an error. */
export function readWebhooks(reading: Reading, files: readonly IniFile[]): readonly WebhookSettings[] {
  const places = new Map<string, Said>();
  return [...linesOf(reading), ...sectionsOf(reading, files)].flatMap(({ events, urls, secret }) => {
    const addresses = reading.values(urls, parseHookUrl);
    return events
      .filter((said) => isTold(said, reading))
      .flatMap((said) => reading.values([said], parseHookEvent).flatMap((event) => addresses.map((url) => ({ event, url, secret, said }))))
      .map(({ said, ...hook }) => {
        const key = `${hook.event} ${hook.url}`;
        const before = places.get(key);
        if (before !== undefined) {
          reading.complaints.error(said, saidAlready(before));
        }
        places.set(key, said);
        return { ...hook, place: placeOf(said) };
      });
  });
}

/** The lines `event = url`; blanks part the addresses of one event. */
function linesOf(reading: Reading): readonly Group[] {
  return [...(reading.sections.get('webhooks') ?? [])].map(([key, said]) => {
    const urls = said.text === '' ? [said.text] : said.text.split(/\s+/);
    return { events: [{ ...said, text: said.key ?? key }], urls: urls.map((text) => ({ ...said, text })), secret: undefined };
  });
}

/** The sections, each with an address and one or several events. */
function sectionsOf(reading: Reading, files: readonly IniFile[]): readonly Group[] {
  return [...reading.sections.keys()]
    .filter((name) => name.startsWith(WEBHOOK))
    .flatMap((name) => {
      const [said, url] = [reading.entry(name, 'event'), reading.entry(name, 'url')];
      const events = said === undefined ? [] : wordsOf(said);
      const secret = readSecret(name, reading);
      if (events.length > 0 && url !== undefined) {
        return [{ events, urls: [url], secret }];
      }
      const missing = [...(events.length === 0 ? ['event'] : []), ...(url === undefined ? ['url'] : [])];
      reading.complaints.error(headOf(name, files), `expected an event and a url, got no ${missing.join(' and no ')}`);
      return [];
    });
}

function isTold(event: Said, reading: Reading): boolean {
  const isNever = event.text.toLowerCase() === NEVER_TOLD;
  if (isNever) {
    reading.complaints.warning(event, 'no event has this name, and nothing will be sent; "reap", "exit" and "spawn" tell of a restart');
  }
  return !isNever;
}

function readSecret(section: string, reading: Reading): string | undefined {
  const [secret, file] = [reading.entry(section, 'secret'), reading.entry(section, 'secret_file')];
  reading.oneOf(secret, file);
  const path = reading.path(file);
  return file === undefined || path === undefined ? reading.value(secret, expectSecret) : reading.value({ ...file, text: path }, readSecretFile);
}

/** What a file holds, without the line break behind it. @throws GafferError */
function readSecretFile(path: string): string {
  const text = readText(path).trim();
  try {
    return expectSecret(text);
  } catch (error) {
    throw new GafferError('invalid_config', `expected one line with the secret in ${path}, got something else`, { cause: error });
  }
}

/** The line where a section begins. */
function headOf(name: string, files: readonly IniFile[]): Said {
  for (const { path, folder, document } of files) {
    const section = document.sections.find((one) => one.name === name);
    if (section !== undefined) {
      return { text: '', source: path, line: section.line, entry: `[${name}]`, folder };
    }
  }
  return { text: '', source: `[${name}]`, folder: '' };
}
