import { sessionCommand } from '../deed.ts';

/** `gafferctl session:start`. */
export const SessionStart = sessionCommand({
  summary: 'Start every job of a session',
  description: 'By priority, each with as many processes as its configuration says.',
  examples: ['session:start shop'],
  act: (node, session) => node.startSession(session),
});

/** `gafferctl session:stop`. */
export const SessionStop = sessionCommand({
  summary: 'Stop every job of a session',
  description: 'In the reverse order. Returns when their processes have ended.',
  examples: ['session:stop shop'],
  act: (node, session) => node.stopSession(session),
});

/** `gafferctl session:reload`. */
export const SessionReload = sessionCommand({
  summary: 'Start every job of a session afresh',
  description: 'By priority: every process is replaced by a new one.',
  examples: ['session:reload shop'],
  act: (node, session) => node.reloadSession(session),
});

/** `gafferctl session:unload`. */
export const SessionUnload = sessionCommand({
  summary: 'Remove every job of a session from the node',
  description: 'Ends their processes and forgets the jobs; then there is no such session any more. Nothing is asked.',
  examples: ['session:unload shop'],
  act: (node, session) => node.unloadSession(session),
});
