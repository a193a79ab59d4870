import { Supervisor } from '../../src/supervisor/supervisor.ts';
import { describeNode } from './node-contract.ts';

describeNode('a supervisor in this process', async () => {
  const supervisor = new Supervisor();
  return {
    node: supervisor,
    close: async () => {
      await supervisor.stopAll();
      supervisor.close();
    },
  };
});
