import type { JobOverview } from '../job/info.ts';
import type { LogSelection } from '../job/log.ts';
import { formatJobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';
import { needToRead, scopeOf } from './feeds/log-selection.ts';
import { type Paths, word } from './operation.ts';
import { COUNT, EXAMPLE_STATS, JOB_OVERVIEW, listOf, object, TEXT } from './schemas.ts';

/** What can be asked of the node itself. */
export function nodeOperations(version: string): Paths {
  return {
    '/': {
      GET: {
        id: 'welcome',
        need: 'public',
        summary: 'Says that a node is here',
        success: {
          status: 200,
          description: 'the version',
          schema: object({ welcome: { const: 'gaffer' }, version: TEXT }),
          example: { welcome: 'gaffer', version },
        },
        answer: () => Promise.resolve({ json: { welcome: 'gaffer', version } }),
      },
    },
    '/ping': {
      GET: {
        id: 'ping',
        need: 'public',
        summary: 'Says that the node is alive',
        success: { status: 200, description: '`OK`', type: 'text/html', schema: TEXT, example: 'OK' },
        answer: () => Promise.resolve({ text: 'OK' }),
      },
    },
    '/version': {
      GET: {
        id: 'version',
        need: 'public',
        summary: "The node's name and version",
        success: {
          status: 200,
          description: 'both',
          schema: object({ name: { const: 'gaffer' }, version: TEXT }),
          example: { name: 'gaffer', version },
        },
        answer: () => Promise.resolve({ json: { name: 'gaffer', version } }),
      },
    },
    '/pids': {
      GET: {
        id: 'pids',
        need: 'manage all',
        summary: 'Every process, committed ones too',
        success: { status: 200, description: 'their pids', schema: object({ pids: listOf(COUNT) }), example: { pids: [1, 2] } },
        answer: async ({ node }) => ({ json: { pids: await node.pids() } }),
      },
    },
    '/jobs': {
      GET: {
        id: 'jobs',
        need: 'manage all',
        summary: 'Every job',
        success: { status: 200, description: 'full names, by session', schema: object({ jobs: listOf(TEXT) }), example: { jobs: ['shop.web'] } },
        answer: async ({ node }) => ({ json: { jobs: (await node.jobs()).map(formatJobName) } }),
      },
    },
    '/overview': {
      GET: {
        id: 'overview',
        need: { words: 'read job, read session, or read all', of: (call) => needToRead(call, scopeOf(call)) },
        isRepeatable: true,
        summary: 'Jobs with their processes and what these use, in one answer',
        query: { session: word('of this session only'), job: word('of this job only, by its full name') },
        success: {
          status: 200,
          description: 'jobs, by session',
          schema: object({ jobs: listOf(JOB_OVERVIEW) }),
          example: {
            jobs: [
              {
                name: 'shop.web',
                cmd: 'node server.js',
                state: 'started',
                active: true,
                running: 1,
                max_processes: 1,
                processes: [
                  { pid: 1, os_pid: 25_715, slot: 1, create_time: 1_763_770_000.5, restarts: 0, commited: false, stopping: false, ...EXAMPLE_STATS },
                ],
              },
            ],
          },
        },
        errors: ['session_not_found'],
        answer: async (call) => ({ json: { jobs: await overviewOf(call.node, scopeOf(call)) } }),
      },
    },
  };
}

async function overviewOf(node: GafferNode, { session, job }: LogSelection): Promise<readonly JobOverview[]> {
  const jobs = await node.overview(session ?? job?.session);
  return job === undefined ? jobs : jobs.filter(({ name }) => name === formatJobName(job));
}
