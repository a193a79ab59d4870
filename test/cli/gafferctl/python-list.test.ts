import { describe, expect, it } from 'vitest';
import { pythonList } from '../../../src/cli/gafferctl/python-list.ts';

describe('a list as Python writes it', () => {
  it.each([
    [[], '[]'],
    [[1, 22], '[1, 22]'],
    [['dummy', 'test:dummy'], "['dummy', 'test:dummy']"],
    [["it's"], `["it's"]`],
    [[`"it's"`], String.raw`['"it\'s"']`],
    [['a\\b\n\t'], String.raw`['a\\b\n\t']`],
    [['\x1b[31m\u00a0\u202e'], String.raw`['\x1b[31m\xa0\u202e']`],
    [['über 😀'], "['über 😀']"],
  ] as const)('%j is %s', (values, text) => {
    expect(pythonList(values)).toBe(text);
  });
});
