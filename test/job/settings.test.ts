import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkJobConfig } from '../../src/job/config.ts';
import { SETTINGS } from '../../src/job/settings.ts';

describe('the text of an ini file', () => {
  it.each<[keyof typeof SETTINGS, string, unknown]>([
    ['shell', 'yes', true],
    ['shell', 'ON', true],
    ['shell', '0', false],
    ['detach', 'False', false],
    ['numprocesses', '4', 4],
    ['graceful_timeout', '2.5', 2.5],
    ['priority', '-1', -1],
    ['args', `-a 'b c'`, ['-a', 'b c']],
    ['args', '', []],
    ['redirect_output', 'out, err', ['out', 'err']],
    ['redirect_output', 'out err', ['out', 'err']],
    ['flapping', '2, 1., 7., 5', { attempts: 2, window: 1, retry_in: 7, max_retry: 5 }],
    ['flapping', '2 1 7 5', { attempts: 2, window: 1, retry_in: 7, max_retry: 5 }],
    ['flapping', '3', { attempts: 3 }],
    ['flapping', 'none', false],
    ['uid', '1000', 1000],
    ['uid', 'www-data', 'www-data'],
    ['on_exit', 'Stop', 'stop'],
    ['stop_signal', 'INT', 'INT'],
    ['port', '8080', 8080],
  ])('%s = %s is %j', (member, text, value) => {
    expect(SETTINGS[member].fromText(text)).toEqual(value);
    expect(SETTINGS[member].accepts(value)).toBe(true);
  });

  it.each<[keyof typeof SETTINGS, string]>([
    ['shell', 'maybe'],
    ['shell', ''],
    ['numprocesses', 'two'],
    ['numprocesses', '-1'],
    ['numprocesses', ''],
    ['graceful_timeout', 'Infinity'],
    ['flapping', 'yes'],
    ['flapping', ''],
    ['flapping', '1, 2, 3, 4, 5'],
    ['cwd', ''],
    ['port', '65536'],
    ['on_exit', 'halt'],
  ])('%s = %s is not accepted', (member, text) => {
    expect(SETTINGS[member].accepts(SETTINGS[member].fromText(text))).toBe(false);
  });
});

type Member = keyof typeof SETTINGS;

/** Their contents are more than the schema can tell: handles, and names of signals. */
const BEYOND_SCHEMA: readonly Member[] = ['custom_channels', 'stop_signal'];

const MEMBERS = (Object.keys(SETTINGS) as Member[]).filter((member) => !BEYOND_SCHEMA.includes(member));

const acceptsBySchema = new Ajv2020({ strict: false, strictNumbers: true }).compile({
  type: 'object',
  properties: Object.fromEntries(MEMBERS.map((member) => [member, SETTINGS[member].schema])),
  required: ['name', 'cmd'],
  additionalProperties: false,
});

/** Texts that a rule could get wrong, and any others; without quotes and backslashes, which only `checkJobConfig` understands. */
const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t\n ',
    '\0',
    'a\0',
    '\0\n',
    ' \0 ',
    'a\nb',
    '\u2028',
    '\ufeff',
    '\u00a0',
    '\u3000',
    '\u180e',
    '\u0085',
    'stdin',
    'stdin ',
    'out',
    'A=B',
    '=',
  ),
  fc.string({ unit: 'binary' }).map((any) => any.replaceAll(/['"\\]/g, '')),
);

const number = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    1,
    0.5,
    1.5,
    10_000,
    10_001,
    65_535,
    65_536,
    86_400,
    86_400.5,
    2 ** 31,
    2 ** 53 - 1,
    2 ** 53,
    -(2 ** 53),
    1e300,
    Infinity,
    -Infinity,
    NaN,
  ),
  fc.double(),
  fc.integer(),
);

const anything = fc.oneof(
  text,
  number,
  fc.constantFrom(null, true, false, 'restart', 'stop', 'ignore'),
  fc.array(fc.oneof(text, number, fc.constant(null)), { maxLength: 3 }),
  fc.dictionary(text, fc.oneof(text, number, fc.constant(null)), { maxKeys: 3 }),
  fc.record({ attempts: number, window: number, retry_in: number, max_retry: fc.oneof(number, text) }, { requiredKeys: [] }),
  fc.record({ attempts: fc.constantFrom(1, 2), window: fc.double({ min: 0, noNaN: true }), other: fc.constant(1) }, { requiredKeys: [] }),
);

describe('the schema of a configuration', () => {
  it('accepts exactly what can be loaded', () => {
    const config = fc.record(
      {
        ...Object.fromEntries(MEMBERS.map((member) => [member, anything])),
        name: fc.oneof(fc.constant('web'), anything),
        cmd: fc.oneof(fc.constant('x'), anything),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(config, (value) => {
        expect([value, acceptsBySchema(value)]).toEqual([value, checkJobConfig(value).length === 0]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(MEMBERS)('accepts exactly what can be loaded of %s', (member) => {
    fc.assert(
      fc.property(anything, (value) => {
        const config = { name: 'web', cmd: 'x', [member]: value };
        expect([value, acceptsBySchema(config)]).toEqual([value, checkJobConfig(config).length === 0]);
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts no member that is not known, by whatever name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('toString', 'constructor', 'hasOwnProperty', '__proto__')), (member) => {
        const config: unknown = Object.fromEntries([
          ['name', 'web'],
          ['cmd', 'x'],
          [member, 1],
        ]);
        expect(acceptsBySchema(config)).toBe(checkJobConfig(config).length === 0);
      }),
    );
  });

  it.each([null, [], 'web', 1, true])('accepts nothing but an object: %j', (value) => {
    expect([acceptsBySchema(value), checkJobConfig(value).length]).toEqual([false, 1]);
  });
});
