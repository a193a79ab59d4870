import { expect, it } from 'vitest';
import { formatFinding } from '../../src/finding.ts';
import { parseProcfileSettings } from '../../src/ini/procfile-settings.ts';

it('a gaffer.ini tells what it adds to each process', () => {
  const { settings, findings } = parseProcfileSettings('[process:web]\nnumprocesses = 2\n[job:worker]\nstop_signal = INT\n', 'gaffer.ini', [
    'web',
    'worker',
  ]);
  expect(findings).toEqual([]);
  expect([...settings]).toEqual([
    ['web', { numprocesses: 2 }],
    ['worker', { stop_signal: 'INT' }],
  ]);
});

it('an empty gaffer.ini adds nothing', () => {
  expect(parseProcfileSettings('# nothing\n', 'gaffer.ini', ['web'])).toEqual({ settings: new Map(), findings: [] });
});

it('all that is wrong is told in the order of lines', () => {
  const text = '[process:wbe]\nuid = 1\n[process:web]\nbad\nuid =\n[process:shop:worker]\n';
  const { findings } = parseProcfileSettings(text, 'gaffer.ini', ['web', 'worker']);
  expect(findings.map(formatFinding)).toEqual([
    'gaffer.ini:1: expected a process of the Procfile (web, worker), got "wbe"; did you mean "web"?',
    'gaffer.ini:4: expected "key = value" or "[section]", got "bad"',
    'gaffer.ini:5: [process:web] uid: expected a name or a number from 0 to 4294967294, got ""',
    'gaffer.ini:6: expected a section like [process:worker], got the session "shop" as well; the Procfile is one application',
  ]);
});
