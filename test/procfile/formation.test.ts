import { describe, expect, it } from 'vitest';
import { Formation, parseFormation } from '../../src/procfile/formation.ts';

const known = ['web', 'worker', 'clock'];

function counts(values: readonly string[]): readonly number[] {
  const formation = parseFormation(values, known);
  return known.map((name) => formation.countFor(name));
}

describe('a formation', () => {
  it.each<[readonly string[], readonly number[]]>([
    [[], [1, 1, 1]],
    [['web=2'], [2, 1, 1]],
    [['web=2,worker=0'], [2, 0, 1]],
    [
      ['web=2', 'worker=3'],
      [2, 3, 1],
    ],
    [['all=2'], [2, 2, 2]],
    [['web=1,all=3'], [1, 3, 3]],
    [
      ['all=3', 'web=1'],
      [1, 3, 3],
    ],
    [['all=0,clock=1'], [0, 0, 1]],
    [[' web = 2 , worker=3, '], [2, 3, 1]],
    [
      ['web=2', 'web=4'],
      [4, 1, 1],
    ],
    [['web=10000'], [10_000, 1, 1]],
  ])('%j gives web, worker and clock %j', (values, expected) => {
    expect(counts(values)).toEqual(expected);
  });

  it('tells what was asked for apart from what is the default', () => {
    const formation = parseFormation(['web=1'], known);
    expect(formation.requestedFor('web')).toBe(1);
    expect(formation.requestedFor('worker')).toBeUndefined();
    expect(new Formation().countFor('web')).toBe(1);
  });

  it.each(['', ' ', ',', 'web', 'web=', '=2', 'web=two', 'web=-1', 'web=1.5', 'web=10001', 'web:2', 'web=2;worker=1', 'web=+1', 'a b=1'])(
    'is not %j',
    (value) => {
      expect(() => parseFormation([value], known)).toThrow(/^expected a formation like "web=2,worker=1", each number from 0 to 10000, got "/);
    },
  );

  it.each([
    ['wbe=2', 'expected a process of the Procfile (web, worker, clock), got "wbe"; did you mean "web"?'],
    ['toString=2', 'expected a process of the Procfile (web, worker, clock), got "toString"'],
  ])('with a strange name, %j, names the ones there are', (value, message) => {
    expect(() => parseFormation([value], known)).toThrow(expect.objectContaining({ message, code: 'bad_usage', exitCode: 2 }) as Error);
  });
});
