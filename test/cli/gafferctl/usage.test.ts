import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ctl } from '../../support/gafferctl.ts';
import { test } from '../../support/project.ts';

describe('gafferctl', () => {
  test.for([
    [['add', 'dummy', 'x'], 'expected a number of processes from 0 to 10000, got "x"'],
    [['add', 'dummy', '10001'], 'expected a number of processes from 0 to 10000, got "10001"'],
    [['scale', 'dummy', '3'], 'expected a change like =3, +2 or -1, got "3"; did you mean "=3"?'],
    [['kill', 'dummy', 'FOO'], 'expected a signal\'s name or number like "HUP" or 1, got "FOO"'],
    [['status', '--jsn'], 'unknown option --jsn; did you mean "--json"? (gafferctl status --help tells more)'],
    [['--conect', 'x', 'status'], 'unknown option --conect; did you mean "--connect"? (gafferctl --help tells more)'],
    [['start'], 'expected the job: web, shop:web or shop.web, got nothing (gafferctl start --help tells more)'],
    [
      ['ping', '--connect', 'ftp://x'],
      'expected an endpoint like "http://127.0.0.1:5000", "https://host:5000" or "unix:///run/gaffer.sock", got "ftp://x"',
    ],
    [['watch', '--heartbeat', 'x'], '--heartbeat: expected true, 0 or seconds from 0.1 to 86400, got "x"'],
    [['watch', 'proc.dummy.spwan'], 'did you mean "proc.dummy.spawn"?'],
    [['watch', 'spwan'], 'did you mean "spawn"?'],
  ] as const)('%j is wrong usage', async ([words, message]) => {
    const { code, stdout, stderr } = await ctl(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^gafferctl: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });

  test('knows its commands', async () => {
    expect(await ctl('stats')).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^gafferctl: Unknown command 'stats'/) as string });
    expect((await ctl('help', 'proceses')).stderr).toBe(
      `gafferctl: Unknown command 'proceses'; did you mean "processes"? (gafferctl help lists them)\n`,
    );
    const { stdout } = await ctl('help');
    const lines = stdout.split('\n').filter((line) => line.startsWith('\t'));
    const names = lines.map((line) => (line.split('\t')[1] ?? '').trim());
    expect(names).toEqual([...names].sort());
    expect(lines.every((line) => /^\t[\w:]+ *\t\S.*$/.test(line))).toBe(true);
    expect(await ctl('--help')).toEqual(await ctl());
  });

  test.for([
    ['', 'expected JSON, got nothing'],
    ['{"name": "x"', 'expected JSON, got something else'],
    ['{"name": "x"}', 'name or cmd properties are missing in {"name":"x"}'],
    ['{"jobs": [{"cmd": "x"}]}', 'name or cmd properties are missing in {"cmd":"x"}'],
    ['{"name": "x", "cmd": "y", "numproceses": 2}', 'numproceses: no such job setting'],
    ['[1]', 'expected'],
    ['{"jobs": []}', 'with at least one, got none'],
  ] as const)('says in a line what is wrong with the file %j', async ([content, expected], { project }) => {
    const file = join(project.root, 'job.json');
    writeFileSync(file, content);
    const { code, stdout, stderr } = await ctl('load_process', file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^gafferctl: [^\n]+\n$/);
    expect(stderr).toContain(expected);
  });
});
