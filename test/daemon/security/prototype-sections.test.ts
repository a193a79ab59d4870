import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { readNodeSettings, writeNodeKey } from '../../../src/cli/user-config.ts';
import { parseProcfileSettings } from '../../../src/ini/procfile-settings.ts';
import { test } from '../config/rig.ts';

const NAMES = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf'];
const SECTIONS = (name: string): readonly string[] => [
  name,
  `process:${name}`,
  `job:${name}:${name}`,
  `env:${name}`,
  `webhook:${name}`,
  `endpoint:${name}`,
  `auth:${name}`,
  'auth',
  'gaffer',
  'ssl',
  'webhooks',
  'DEFAULT',
];

function expectUnpolluted(): void {
  const plain: Readonly<Record<string, unknown>> = {};
  expect([plain['polluted'], plain['cmd'], plain['shell'], Object.keys(Object.prototype)]).toEqual([undefined, undefined, undefined, []]);
}

describe('a section or a key called like a member of objects', () => {
  test('changes nothing in gafferd.ini but what it says, or is told of', ({ rig }) => {
    for (const name of NAMES) {
      for (const section of SECTIONS(name)) {
        rig.write(
          'x.ini',
          ['[process:web]', 'cmd = sleep 1', `[${section}]`, 'polluted = yes', `${name} = yes`, `${name}.polluted = yes`, `env:${name} = yes`].join(
            '\n',
          ),
        );
        const { config, findings } = rig.read();
        expectUnpolluted();
        expect(findings.map(({ message }) => message).filter((message) => /undefined|native code|\[object/.test(message))).toEqual([]);
        const web = config?.jobs.find(({ config: { name: job } }) => job === 'web');
        expect([section, config === undefined || web?.config.cmd === 'sleep 1']).toEqual([section, true]);
        expect([section, Object.keys(web?.config.env ?? {}).includes('polluted')]).toEqual([section, false]);
      }
    }
  });

  test('changes nothing in gaffer.ini', () => {
    for (const name of NAMES) {
      for (const section of SECTIONS(name)) {
        const text = `[${section}]\npolluted = yes\n${name} = yes\n[process:web]\nnumprocesses = 2\n`;
        const read = parseProcfileSettings(text, 'gaffer.ini', ['web', name]);
        expect(JSON.stringify(read)).not.toContain('native code');
        expectUnpolluted();
      }
    }
  });

  test('changes nothing in ~/.gaffer/gaffer.ini', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-config-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'gaffer.ini');
    for (const name of NAMES) {
      writeNodeKey(path, 'http://x', '1'); // with the mode that it has to have
      writeFileSync(
        path,
        `[${name}]\npolluted = yes\n[node "${name}"]\nkey = theirs\n${name} = yes\n[node "http://127.0.0.1:5000"]\nkey = mine\n${name}.polluted = yes\n`,
      );
      let said: unknown;
      try {
        said = readNodeSettings(path, 'http://127.0.0.1:5000');
      } catch (error) {
        said = (error as Error).message;
      }
      expect(JSON.stringify(said)).toMatch(/mine|gaffer\.ini/);
      expect(JSON.stringify(said)).not.toContain('theirs');
      expectUnpolluted();
      rmSync(path);
      writeNodeKey(path, 'http://127.0.0.1:5000', 'mine');
      expect(readFileSync(path, 'utf8')).toContain('mine');
    }
  });
});
