import type { JobConfig } from './config.ts';
import { MOST_PROCESSES } from './scale.ts';
import { parseSignal } from './signal.ts';
import { splitWords } from './words.ts';

/** One member of a job's configuration: what it accepts, and how its text in an ini file is read. */
export interface Setting {
  /** Continues "expected …". */
  readonly expected: string;
  accepts(value: unknown): boolean;
  /** The value that an ini file's text stands for; what can't be read is given back as it is, and not accepted. */
  fromText(text: string): unknown;
  /** The same as JSON Schema. */
  readonly schema: JsonSchema;
}

/** A JSON Schema, as far as it is needed here. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const NO_NUL = '^[^\\u0000]*$';
const NOT_BLANK = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$';

const text: Setting = {
  expected: 'a text without NUL',
  accepts: (value) => typeof value === 'string' && !value.includes('\0'),
  fromText: (value) => value,
  schema: { type: 'string', pattern: NO_NUL },
};

const someText: Setting = {
  ...text,
  expected: 'a text that is not empty',
  accepts: (value) => text.accepts(value) && (value as string).trim() !== '',
  schema: { type: 'string', pattern: NOT_BLANK },
};

const flag: Setting = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  fromText: (value) => BOOLEANS.get(value.toLowerCase()) ?? value,
  schema: { type: 'boolean' },
};

const BOOLEANS = new Map([
  ...['1', 'yes', 'true', 'on'].map((word) => [word, true] as const),
  ...['0', 'no', 'false', 'off'].map((word) => [word, false] as const),
]);

const labels: Setting = {
  expected: 'a list of labels, each a text that is not empty and not "stdin"',
  accepts: (value) => Array.isArray(value) && value.every((label) => someText.accepts(label) && label !== 'stdin'),
  fromText: (value) => value.split(/[\s,]+/).filter((label) => label !== ''),
  schema: { type: 'array', items: { type: 'string', pattern: NOT_BLANK, not: { const: 'stdin' } } },
};

/** The highest id of a user or group: the next one means "as it was" to the system, and those above are cut to 32 bits, as far as 0, which is root. */
export const HIGHEST_ID = 2 ** 32 - 2;

const id: Setting = {
  expected: `a name or a number from 0 to ${HIGHEST_ID}`,
  accepts: (value) => someText.accepts(value) || (isWhole(value) && value <= HIGHEST_ID),
  fromText: (value) => (/^\d+$/.test(value) ? Number(value) : value),
  schema: {
    anyOf: [
      { type: 'string', pattern: NOT_BLANK },
      { type: 'integer', minimum: 0, maximum: HIGHEST_ID },
    ],
  },
};

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function number(expected: string, schema: JsonSchema, accepts: (value: number) => boolean): Setting {
  return {
    expected,
    accepts: (value) => typeof value === 'number' && Number.isFinite(value) && accepts(value),
    fromText: (value) => (value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value)),
    schema,
  };
}

function orNull(setting: Setting): Setting {
  return { ...setting, accepts: (value) => value === null || setting.accepts(value), schema: { anyOf: [setting.schema, { type: 'null' }] } };
}

const words: Setting = {
  expected: 'a text or a list of texts',
  accepts: (value) => text.accepts(value) || (Array.isArray(value) && value.every((word) => text.accepts(word))),
  fromText: (value) => splitWords(value),
  schema: { anyOf: [text.schema, { type: 'array', items: text.schema }] },
};

const environment: Setting = {
  expected: 'an object of texts whose names are variable names',
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([name, content]) => /^[^=\0]+$/.test(name) && text.accepts(content)),
  fromText: (value) => value,
  schema: { type: 'object', propertyNames: { pattern: '^[^=\\u0000]+$' }, additionalProperties: text.schema },
};

const FLAPPING_MEMBERS = ['attempts', 'window', 'retry_in', 'max_retry'];

const flapping: Setting = {
  expected: 'false or {attempts, window, retry_in, max_retry} with numbers from 0 (attempts from 1)',
  accepts: (value) =>
    value === false ||
    value === null ||
    (typeof value === 'object' &&
      !Array.isArray(value) &&
      Object.entries(value).every(
        ([member, n]) =>
          FLAPPING_MEMBERS.includes(member) &&
          Number.isFinite(n) &&
          (n as number) >= (member === 'attempts' ? 1 : 0) &&
          (Number.isInteger(n) || member === 'window' || member === 'retry_in'),
      )),
  fromText: (value) => {
    if (/^(none|no|off|false|0)$/i.test(value)) {
      return false;
    }
    const numbers = value.split(/[\s,]+/).filter((part) => part !== '');
    if (numbers.length === 0 || numbers.length > FLAPPING_MEMBERS.length) {
      return value;
    }
    return Object.fromEntries(numbers.map((part, index) => [FLAPPING_MEMBERS[index], Number(part)])) as unknown;
  },
  schema: {
    anyOf: [
      { const: false },
      { type: 'null' },
      {
        type: 'object',
        properties: {
          attempts: { type: 'integer', minimum: 1 },
          window: { type: 'number', minimum: 0 },
          retry_in: { type: 'number', minimum: 0 },
          max_retry: { type: 'integer', minimum: 0 },
        },
        additionalProperties: false,
      },
    ],
  },
};

const onExit: Setting = {
  expected: '"restart", "stop" or "ignore"',
  accepts: (value) => value === 'restart' || value === 'stop' || value === 'ignore',
  fromText: (value) => value.toLowerCase(),
  schema: { enum: ['restart', 'stop', 'ignore'] },
};

const signal: Setting = {
  expected: 'a signal, like "INT"',
  accepts: (value) => {
    try {
      parseSignal(value);
      return true;
    } catch {
      return false;
    }
  },
  fromText: (value) => value,
  schema: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
};

const handles: Setting = {
  expected: 'a list of handles of the embedding program',
  accepts: (value) => Array.isArray(value) && value.every((handle) => isWhole(handle) || (typeof handle === 'object' && handle !== null)),
  fromText: (value) => value,
  schema: { type: 'array' },
};

const anything: Setting = { expected: 'anything', accepts: () => true, fromText: (value) => value, schema: {} };

/** Every member that a job's configuration can have. */
export const SETTINGS: Readonly<Record<keyof JobConfig, Setting>> = {
  name: { ...someText, expected: 'a name' },
  cmd: { ...someText, expected: 'a command' },
  args: orNull(words),
  env: orNull(environment),
  uid: orNull(id),
  gid: orNull(id),
  cwd: orNull(someText),
  detach: flag,
  shell: flag,
  os_env: flag,
  numprocesses: number('a whole number from 0', { type: 'integer', minimum: 0, maximum: MOST_PROCESSES }, (n) => isWhole(n) && n <= MOST_PROCESSES),
  start: flag,
  flapping,
  redirect_output: orNull(labels),
  redirect_input: flag,
  custom_streams: orNull(labels),
  custom_channels: orNull(handles),
  graceful_timeout: orNull(number('seconds from 0', { type: 'number', minimum: 0, maximum: 86_400 }, (n) => n >= 0 && n <= 86_400)),
  priority: orNull(
    number('a whole number', { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, Number.isSafeInteger),
  ),
  group: anything,
  port: orNull(number('a port from 0 to 65535', { type: 'integer', minimum: 0, maximum: 65_535 }, (n) => isWhole(n) && n <= 65_535)),
  on_exit: onExit,
  stop_signal: signal,
};
