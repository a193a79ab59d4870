import { expect, it } from 'vitest';
import { nodeStatusText } from '../../../src/cli/gafferctl/node-status.ts';

/** The lines about adopted processes. */
function adoptedLines(...adopted: Parameters<typeof nodeStatusText>[0]['adopted']): readonly string[] {
  const counts = { sessions: 1, jobs: 1, states: { started: 1 }, processes: adopted.length };
  return nodeStatusText({ endpoint: 'http://h:1', name: 'gaffer', version: '1', ...counts, adopted, lookupds: [] }).slice(4);
}

const process = (slot: number, name = 'default.web') => ({ name, slot, pid: slot, os_pid: 100 + slot });

it('adopted processes are told one by one, those of a job in a line', () => {
  expect(adoptedLines(process(1), process(0), process(2, 'shop.db'))).toEqual([
    'adopted: default.web 1 (os pid 101), committed (os pid 100)',
    'adopted: shop.db 2 (os pid 102)',
  ]);
});

it('but not more than can be read', () => {
  const many = Array.from({ length: 1000 }, (_, index) => process(index + 1));
  expect(adoptedLines(...many, process(1, 'shop.db'))).toEqual(['adopted: default.web 1000 processes', 'adopted: shop.db 1 (os pid 101)']);
});
