import { describe, expect, it } from 'vitest';
import { isDoubtful, type Prospect, prospectLines } from '../../../src/cli/nodes/scale.ts';
import { test } from './rig.ts';

const on = (node: string, now: number, then: number): Prospect => ({ node, change: `web=${then}`, now, then });

describe('scaling several nodes', () => {
  it.each<[what: string, prospects: readonly Prospect[], expected: boolean]>([
    ['where both change', [on('n1', 1, 2), on('n2', 3, 2)], true],
    ['where one of them changes', [on('n1', 2, 2), on('n2', 3, 2)], true],
    ['where nothing changes', [on('n1', 2, 2), on('n2', 2, 2)], false],
    ['where one has the job', [on('n1', 1, 2)], false],
    ['where two jobs are on one', [on('n1', 1, 2), on('n1', 1, 3)], false],
    ['where none has it', [], false],
  ])('%s', (_, prospects, expected) => {
    expect(isDoubtful(prospects)).toBe(expected);
  });

  it('is told with a line for each change', () => {
    expect(prospectLines([on('n1', 1, 2), on('n2', 2, 2), on('n1', 1, 3)])).toEqual([
      'web=2 on 2 nodes: n1 from 1 to 2, n2 from 2 to 2; 4 in all',
      'web=3 on 1 node: n1 from 1 to 3; 3 in all',
    ]);
  });
});

test('scaling several nodes to what they have already needs nobody to be asked', async ({ rig, nodes }) => {
  await nodes.add('n1', ['web']);
  await nodes.add('n2', ['web']);
  expect(await rig.run([...nodes.through, 'scale', 'web=1'])).toMatchObject({
    code: 0,
    stdout: 'n1: Scaling web processes... done, now running 1\nn2: Scaling web processes... done, now running 1\n',
    stderr: '',
  });
});
