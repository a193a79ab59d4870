import { describe, expect, it } from 'vitest';
import { doctorJson, doctorText } from '../../src/cli/view/doctor-text.ts';
import { type Diagnosis, diagnosesOf } from '../../src/doctor/diagnosis.ts';

const PLAIN = { level: (_level: string, text: string) => text, title: (text: string) => text, remedy: (text: string) => `<${text}>` };

const node = diagnosesOf('node');
const files = diagnosesOf('files');

const ALL: readonly Diagnosis[] = [
  node.ok('a', 'fine'),
  files.advice('b', 'hint'),
  files.warning('c', 'doubt', 'mend'),
  node.problem('d', 'broken\nreally', 'chmod go-w /x'),
  node.problem('e', 'too'),
];

describe('what a doctor finds', () => {
  it('is told in a line each, what has to be changed first', () => {
    expect(doctorText(ALL, PLAIN).split('\n')).toEqual([
      'to change:',
      '  problem  node    broken really -> <chmod go-w /x>',
      '  problem  node    too',
      '  warning  files   doubt -> <mend>',
      '',
      'advice:',
      '  advice   files   hint',
      '',
      'in order:',
      '  ok       node    fine',
      '',
      '2 problems, 1 warning',
    ]);
  });

  it('may be nothing that has to be changed', () => {
    expect(doctorText([node.ok('a', 'fine')], PLAIN)).toBe('in order:\n  ok       node    fine\n\nnothing has to be changed');
  });

  it('is an object for programs', () => {
    const { ok, findings } = JSON.parse(doctorJson(ALL)) as { readonly ok: boolean; readonly findings: readonly Diagnosis[] };
    expect([ok, findings.map(({ id }) => id)]).toEqual([false, ['d', 'e', 'c', 'b', 'a']]);
    expect(findings[0]).toEqual({ level: 'problem', area: 'node', id: 'd', message: 'broken\nreally', remedy: 'chmod go-w /x' });
    expect(JSON.parse(doctorJson([files.advice('b', 'hint')]))).toMatchObject({ ok: true });
  });
});
