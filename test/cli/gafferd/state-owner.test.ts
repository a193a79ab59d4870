import { join } from 'node:path';
import { expect, it } from 'vitest';
import { actAsOwner } from '../../../src/cli/gafferd/state-owner.ts';

it('a state folder that can be none is told in one line, and one that is not there has no owner', () => {
  const path = join(import.meta.filename, 'x');
  expect(() => actAsOwner(path)).toThrow(`cannot keep the state of gafferd in ${path}: ENOTDIR: `);
  expect(() => actAsOwner(join(import.meta.dirname, 'none'))).not.toThrow();
});
