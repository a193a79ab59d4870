import type { JobConfig } from '../job/config.ts';
import { formatJobName } from '../job/name.ts';
import { LOAD_BODY } from './job-body.ts';
import { begun, type Call, OK, type Paths, WAIT } from './operation.ts';
import { newSessionOf, sessionOf } from './params.ts';
import { listOf, OK_ANSWER, object, STATE_BODY, STATE_TEXT, TEXT } from './schemas.ts';

const JOBS_OF_SESSION = object({ sessionid: TEXT, jobs: listOf(TEXT) });

/** What can be done with sessions and the lists of their jobs. */
export const SESSION_OPERATIONS: Paths = {
  '/sessions': {
    GET: {
      id: 'sessions',
      need: 'manage all',
      summary: 'Every session',
      success: { status: 200, description: 'their names', schema: object({ sessions: listOf(TEXT) }), example: { sessions: ['default', 'shop'] } },
      answer: async ({ node }) => ({ json: { sessions: await node.sessions() } }),
    },
  },
  '/sessions/:session': {
    DELETE: {
      id: 'unloadSession',
      need: 'manage session',
      summary: 'Unloads every job of a session',
      query: WAIT,
      success: { status: 200, description: 'the jobs are removed', schema: OK_ANSWER, example: OK },
      errors: ['session_not_found'],
      answer: (call) => begun(call, call.node.unloadSession(sessionOf(call)), 200),
    },
  },
  '/sessions/:session/state': {
    GET: {
      id: 'sessionState',
      need: 'read session',
      summary: 'Whether a session has a process',
      success: { status: 200, description: '`1` if it has one, else `0`', type: 'text/html', schema: STATE_TEXT, example: '1' },
      errors: ['session_not_found'],
      answer: async (call) => ({ text: (await call.node.overview(sessionOf(call))).some(({ active }) => active) ? '1' : '0' }),
    },
    POST: {
      id: 'setSessionState',
      need: 'manage session',
      summary: 'Stops (`0`), starts (`1`) or reloads (`2`) every job of a session, by priority',
      query: WAIT,
      body: STATE_BODY,
      success: { status: 202, description: 'it has begun', schema: OK_ANSWER, example: OK },
      errors: ['session_not_found'],
      answer: (call) => begun(call, setState(call)),
    },
  },
  '/jobs/:session': {
    GET: {
      id: 'jobsOfSession',
      need: 'manage session',
      summary: 'The jobs of a session',
      success: { status: 200, description: 'full names', schema: JOBS_OF_SESSION, example: { sessionid: 'shop', jobs: ['shop.web'] } },
      errors: ['session_not_found'],
      answer: async (call) => ({ json: { sessionid: sessionOf(call), jobs: (await call.node.jobs(sessionOf(call))).map(formatJobName) } }),
    },
    POST: {
      id: 'load',
      need: 'manage session',
      summary: 'Loads a job into a session and, unless told otherwise, starts it',
      body: LOAD_BODY,
      success: { status: 200, description: 'it is loaded', schema: OK_ANSWER, example: OK },
      errors: ['invalid_config', 'job_exists'],
      answer: async (call) => {
        await call.node.load(newSessionOf(call), call.body as JobConfig);
        return { json: OK };
      },
    },
  },
};

function setState(call: Call): Promise<void> {
  const session = sessionOf(call);
  switch (call.body) {
    case '0':
      return call.node.stopSession(session);
    case '1':
      return call.node.startSession(session);
    default:
      return call.node.reloadSession(session);
  }
}
