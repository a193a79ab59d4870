import { describe, expect, it } from 'vitest';
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
