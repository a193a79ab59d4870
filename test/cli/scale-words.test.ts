import { describe, expect, it } from 'vitest';
import { parseScaleWords } from '../../src/cli/scale-words.ts';

describe('the words of gaffer scale', () => {
  it.each([
    ['', undefined, []],
    ['.', '.', []],
    ['shop', 'shop', []],
    ['web=3', undefined, ['web = 3']],
    ['dummy=3 dummy1+2 web-1', undefined, ['dummy = 3', 'dummy1 + 2', 'web - 1']],
    ['shop web=3', 'shop', ['web = 3']],
    ['web-1=3', undefined, ['web-1 = 3']],
    ['web-1-1', undefined, ['web-1 - 1']],
    ['my_job+2', undefined, ['my_job + 2']],
    ['api.web=0', undefined, ['api.web = 0']],
    ['all=10000', undefined, ['all = 10000']],
    ['web=2,worker+1 clock=0', undefined, ['web = 2', 'worker + 1', 'clock = 0']],
    ['web=2,', undefined, ['web = 2']],
  ])('"%s"', (line, app, changes) => {
    const request = parseScaleWords(line.split(' ').filter((word) => word !== ''));
    expect({ app: request.app, changes: request.changes.map(({ name, operand }) => `${name} ${operand.op} ${operand.n}`) }).toEqual({ app, changes });
  });

  it.each(['web=x', 'web=', '=3', 'web=10001', 'web=-1', 'web*2', ',', 'web=3 worker', 'shop .', 'a b'])('"%s" is refused', (line) => {
    expect(() => parseScaleWords(line.split(' '))).toThrow(
      /^expected a change like "web=3", "web\+2" or "web-1", each number from 0 to 10000, got "/,
    );
  });
});
