import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { unusable } from '../../src/daemon/state-folder.ts';
import { ownRecord } from '../../src/runtime/run-record.ts';
import { tempFolder } from '../support/temp-folder.ts';

const FULL = new Error('ENOSPC: no space left on device');

it('is said to be unusable, with what to do', () => {
  expect(unusable('/state', FULL).message).toBe(
    'cannot keep the state of gafferd in /state: ENOSPC: no space left on device; choose another folder with --state-dir',
  );
});

it('is not to be changed for another one while processes are kept there: they would be doubled', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'run/keeper'), { recursive: true });
  writeFileSync(join(folder, 'run/keeper/keeper.json'), JSON.stringify(ownRecord('some-run')));
  expect(unusable(folder, FULL).message).toBe(
    `cannot keep the state of gafferd in ${folder}: ENOSPC: no space left on device; mend that and start gafferd again, for processes of the gafferd before this one run on and are kept there (by gaffer-keeper, pid ${process.pid})`,
  );
});
