import { processCommand } from '../deed.ts';

/** `gafferctl process:restart`. */
export const ProcessRestart = processCommand({
  summary: 'Replace a process by a new one',
  description: 'Returns when the old one has ended. Its slot stays, its pid does not.',
  examples: ['process:restart dummy.1'],
  act: (node, pid) => node.restartProcess(pid),
});
