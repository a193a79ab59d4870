import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeptJobs } from '../../src/daemon/kept-jobs.ts';
import { LoadedJobs } from '../../src/daemon/loaded-jobs.ts';
import { Store } from '../../src/daemon/store.ts';
import { StoredNode } from '../../src/daemon/stored-node.ts';
import { Supervisor } from '../../src/supervisor/supervisor.ts';
import { describeNode } from './node-contract.ts';

describeNode('a node whose jobs are kept on disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gafferd-node-'));
  const supervisor = new Supervisor();
  const store = Store.open(folder, {
    onProblem: (message) => {
      throw new Error(message);
    },
  });
  return {
    node: new StoredNode(supervisor, new KeptJobs(store), new LoadedJobs(supervisor)),
    close: async () => {
      await supervisor.stopAll();
      supervisor.close();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
