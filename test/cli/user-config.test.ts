import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readNodeSettings, writeNodeKey } from '../../src/cli/user-config.ts';
import { userConfigPath } from '../../src/cli/user-config-path.ts';

const NODE = 'http://127.0.0.1:5000';

function file(text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'deep', 'gaffer.ini');
  if (text !== undefined) {
    writeNodeKey(path, 'http://x', '1'); // makes the folder
    writeFileSync(path, text);
  }
  return path;
}

describe("the user's configuration", () => {
  test('is where GAFFER_CONFIG says, else in the home folder', () => {
    expect(userConfigPath({ GAFFER_CONFIG: '/etc/x.ini' })).toBe('/etc/x.ini');
    expect(userConfigPath({})).toMatch(/\/\.gaffer\/gaffer\.ini$/);
  });

  test('says nothing where there is none', () => {
    expect(readNodeSettings(file(), NODE)).toEqual({});
  });

  test('is read by the address of the node, however that is written', () => {
    const path = file('[node "127.0.0.1:5000"]\nkey = abc\ncacert = /etc/ca.pem\nother = 1\n[node "http://b:1"]\nkey = def\n');
    expect(readNodeSettings(path, NODE)).toEqual({ key: 'abc', cacert: '/etc/ca.pem' });
    expect(readNodeSettings(path, 'http://b:1')).toEqual({ key: 'def' });
    expect(readNodeSettings(path, 'http://c:1')).toEqual({});
  });

  test('names files from its own folder, or from home', () => {
    const path = file(`[node "${NODE}"]\ncacert = ca.pem\ncertfile = ~/me.pem\n`);
    expect(readNodeSettings(path, NODE)).toEqual({ cacert: join(dirname(path), 'ca.pem'), certfile: join(homedir(), 'me.pem') });
  });

  test('that can not be read is an error with its line', () => {
    expect(() => readNodeSettings(file('[node "x"]\nnonsense\n'), NODE)).toThrow(/gaffer\.ini:2.*expected "key = value"/);
  });

  test('is made for its owner alone', () => {
    const path = file();
    writeNodeKey(path, NODE, 'abc');
    expect(readFileSync(path, 'utf8')).toBe('[node "http://127.0.0.1:5000"]\nkey = abc\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  test.for([
    ['', '[node "http://127.0.0.1:5000"]\nkey = new\n'],
    ['# mine\n[node "http://b:1"]\nkey = b', '# mine\n[node "http://b:1"]\nkey = b\n\n[node "http://127.0.0.1:5000"]\nkey = new\n'],
    ['[node "http://127.0.0.1:5000"]\ncacert = x\nkey = old\n# end\n', '[node "http://127.0.0.1:5000"]\ncacert = x\nkey = new\n# end\n'],
    ['[node "http://127.0.0.1:5000"]\ncacert = x\n', '[node "http://127.0.0.1:5000"]\nkey = new\ncacert = x\n'],
  ])('keeps a key and leaves everything else as it is (%j)', ([before, after]) => {
    const path = file(before);
    writeNodeKey(path, NODE, 'new');
    expect(readFileSync(path, 'utf8')).toBe(after);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readNodeSettings(path, NODE).key).toBe('new');
  });

  test.for(['100%', '%(key)s', '#a;b=[c]:"d"', '%%'])('keeps a key as it is, also %s', (key) => {
    const path = file();
    writeNodeKey(path, NODE, key);
    expect(readNodeSettings(path, NODE).key).toBe(key);
  });

  test('forgets a key', () => {
    const path = file('[node "http://127.0.0.1:5000"]\nkey = old\ncacert = x\n');
    writeNodeKey(path, NODE, undefined);
    expect(readFileSync(path, 'utf8')).toBe('[node "http://127.0.0.1:5000"]\ncacert = x\n');
  });
});
