import { DEFAULT_SESSION, formatJobName } from '../../job/name.ts';
import { oldJobName } from '../../protocol/old-name.ts';
import { begun, type Call, OK, type Operation, type Paths, WAIT } from '../operation.ts';
import { sessionOf } from '../params.ts';
import { listOf, OK_ANSWER, TEXT } from '../schemas.ts';

/** Groups of templates, which are sessions now; the one that needs no name was none. */
export const OLD_GROUP_OPERATIONS: Paths = {
  '/groups': {
    GET: {
      id: 'oldGroups',
      need: 'manage all',
      summary: 'Every session but `default`',
      success: { status: 200, description: 'their names', schema: listOf(TEXT), example: ['shop'] },
      answer: async ({ node }) => ({ json: (await node.sessions()).filter((session) => session !== DEFAULT_SESSION) }),
    },
  },
  '/groups/:session': {
    GET: {
      id: 'oldGroup',
      need: 'manage session',
      summary: 'The jobs of a session, under their names of 0.4',
      success: { status: 200, description: 'names', schema: listOf(TEXT), example: ['shop:web', 'shop:worker'] },
      errors: ['session_not_found'],
      answer: async (call) => ({ json: (await call.node.jobs(sessionOf(call))).map((job) => oldJobName(formatJobName(job))) }),
    },
    DELETE: action('oldUnloadGroup', 'Unloads every job of a session', ({ node }, session) => node.unloadSession(session)),
  },
  '/groups/:session/_start': {
    POST: action('oldStartGroup', 'Starts every job of a session', ({ node }, session) => node.startSession(session)),
  },
  '/groups/:session/_stop': {
    POST: action('oldStopGroup', 'Stops every job of a session', ({ node }, session) => node.stopSession(session)),
  },
  '/groups/:session/_restart': {
    POST: action('oldRestartGroup', 'Replaces every process of a session', ({ node }, session) => node.reloadSession(session)),
  },
};

function action(id: string, summary: string, act: (call: Call, session: string) => Promise<void>): Operation {
  return {
    id,
    need: 'manage session',
    summary,
    query: WAIT,
    success: { status: 200, description: 'it has begun', schema: OK_ANSWER, example: OK },
    errors: ['session_not_found'],
    answer: (call) => begun(call, act(call, sessionOf(call)), 200),
  };
}
