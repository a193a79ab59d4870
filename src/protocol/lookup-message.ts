import { DEFAULT_SESSION, formatJobName, parseJobName } from '../job/name.ts';

/** The version of the protocol that a node says when it identifies itself. */
export const LOOKUP_PROTOCOL = '0.1';

/** What a node tells a lookupd. */
export type LookupMessage =
  | {
      readonly type: 'IDENTIFY';
      readonly name: string;
      readonly origin: string;
      readonly version: string;
      /** Grows with each run of the node: a higher one takes the place of what is left of the run before. */
      readonly generation?: number;
    }
  | { readonly type: 'PING'; readonly seq?: number }
  | { readonly type: 'REGISTER_JOB' | 'UNREGISTER_JOB'; readonly job_name: string; readonly seq?: number }
  | { readonly type: 'REGISTER_PROCESS' | 'UNREGISTER_PROCESS'; readonly job_name: string; readonly pid: number; readonly seq?: number };

/** A message with the text that its answer carries. */
export type NumberedMessage = LookupMessage & { readonly msgid: string };

/** What a lookupd answers. */
export type LookupAnswer = { readonly ok: true; readonly msgid: string } | LookupRefusal;

/** A message that was not taken. */
export interface LookupRefusal {
  readonly errno: number;
  readonly reason: string;
  readonly msgid: string | null;
  /** What was expected and what was got, where the reason is a word. */
  readonly message?: string;
}

/** A message as it was read, or what to answer to what is none. */
export type ReadMessage = { readonly message: NumberedMessage } | { readonly refusal: LookupRefusal };

/** Reads a message of a node. */
export function readLookupMessage(text: string): ReadMessage {
  const value = parsed(text);
  if (value === undefined) {
    return refused(null, 'invalid_json', 'expected a JSON object');
  }
  const { msgid, type } = value;
  const id = typeof msgid === 'string' || typeof msgid === 'number' ? String(msgid) : undefined;
  if (id === undefined || typeof type !== 'string') {
    return refused(id ?? null, 'invalid_message', `expected "msgid" and "type", got no ${id === undefined ? 'msgid' : 'type'}`);
  }
  const message = messageOf(type, value);
  if (message === undefined) {
    return refused(id, 'invalid_message_type', `expected one of ${TYPES.join(', ')} as the type`);
  }
  return typeof message === 'string' ? refused(id, 'invalid_message', message) : { message: { ...message, msgid: id } };
}

/** An answer to a message that could not be taken. */
export function refusalOf(msgid: string | null, errno: number, reason: string, message?: string): LookupRefusal {
  return { errno, reason, msgid, ...(message !== undefined && { message }) };
}

const TYPES = ['IDENTIFY', 'PING', 'REGISTER_JOB', 'UNREGISTER_JOB', 'REGISTER_PROCESS', 'UNREGISTER_PROCESS'] as const;

/** Longer than any name that is meant. */
const LONGEST_TEXT = 1024;

const JOB_NAME = 'a name like "shop.web", without control characters';

/** The message; what is wrong with it; undefined for a type that there is not. */
function messageOf(type: string, value: Readonly<Record<string, unknown>>): LookupMessage | string | undefined {
  const known = TYPES.find((one) => one === type);
  switch (known) {
    case undefined:
      return undefined;
    case 'IDENTIFY':
      return identifyOf(value);
    case 'PING':
      return withSeq({ type: known }, value);
    case 'REGISTER_JOB':
    case 'UNREGISTER_JOB': {
      const job = jobOf(value);
      return job === undefined ? wrong('job_name', JOB_NAME, value['job_name']) : withSeq({ type: known, job_name: job }, value);
    }
    case 'REGISTER_PROCESS':
    case 'UNREGISTER_PROCESS': {
      const [job, { pid }] = [jobOf(value), value];
      if (job === undefined) {
        return wrong('job_name', JOB_NAME, value['job_name']);
      }
      return isCount(pid) ? withSeq({ type: known, job_name: job, pid }, value) : wrong('pid', 'a whole number from 0', pid);
    }
  }
}

function identifyOf(value: Readonly<Record<string, unknown>>): LookupMessage | string {
  const { name, origin, version, generation } = value;
  if (!isWord(name)) {
    return wrong('name', 'a text without blanks', name);
  }
  if (!isOrigin(origin)) {
    return wrong('origin', 'an address like "http://host:5000" or "unix:///run/gafferd.sock"', origin);
  }
  if (!isText(version)) {
    return wrong('version', 'a text', version);
  }
  if (generation !== undefined && !isCount(generation)) {
    return wrong('generation', 'a whole number from 0', generation);
  }
  return { type: 'IDENTIFY', name, origin, version, ...(generation !== undefined && { generation }) };
}

function withSeq<M extends Exclude<LookupMessage, { type: 'IDENTIFY' }>>(message: M, { seq }: Readonly<Record<string, unknown>>): M | string {
  if (seq === undefined) {
    return message;
  }
  return isCount(seq) ? { ...message, seq } : wrong('seq', 'a whole number from 0', seq);
}

/** A job's full name; a bare one is in the session that needs no name. One that is more than a line, or controls terminals, could forge what others see. */
function jobOf({ job_name: text }: Readonly<Record<string, unknown>>): string | undefined {
  if (!isText(text) || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) {
    return undefined;
  }
  try {
    return text.includes('.') ? formatJobName(parseJobName(text)) : `${DEFAULT_SESSION}.${text}`;
  } catch {
    return undefined; // nothing before the dot, or behind it
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT;
}

/** Together two of these tell which node it is, and people read them. */
function isWord(value: unknown): value is string {
  return isText(value) && !/[\s\p{Cc}]/u.test(value);
}

/** Where a node answers: a URL that gaffer can ask, or a host, with or without a port, as nodes of old may say; no other scheme, for people follow what they are shown. */
function isOrigin(value: unknown): value is string {
  return isWord(value) && (/^(?:https?:\/\/|unix:)./i.test(value) || HOST.test(value) || IPV6.test(value));
}

const HOST = /^(?:[\p{L}\p{N}_.-]+|\[[\da-f:.%]+\])(?::\d{1,5})?$/iu;
const IPV6 = /^[\da-f]*:[\da-f]*:[\da-f:.]*$/i;

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function refused(msgid: string | null, reason: string, message: string): ReadMessage {
  return { refusal: refusalOf(msgid, 400, reason, message) };
}

function wrong(name: string, expected: string, got: unknown): string {
  return `${name}: expected ${expected}, got ${got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 100)}`;
}
