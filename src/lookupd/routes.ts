import { GafferError } from '../errors.ts';
import { formatJobName, parseJobName } from '../job/name.ts';
import type { LocatedJob } from '../protocol/lookup-answer.ts';
import { UNKNOWN_NODE } from '../protocol/lookup-event.ts';
import { GREETING, JOBS, NODES, SESSIONS, SOURCES, VERSION } from './answer-schemas.ts';
import { datedJobs, datedNodes, datedSessions, datedSources, type Newness } from './dated.ts';
import { describeLookup } from './description.ts';
import type { LookupQuestion, LookupRoute } from './route.ts';
import type { Topology } from './topology.ts';

const DATED = {
  seq: { description: '`true`: each node with how new it is what is told of it, as `generation` and `seq`', isOptional: true },
} as const;

/** Everything that a lookupd answers. */
export const LOOKUP_ROUTES: readonly LookupRoute[] = [
  {
    path: '/',
    summary: 'A greeting',
    isPublic: true,
    schema: GREETING,
    answer: ({ version }) => ({ welcome: 'gaffer-lookupd', version }),
  },
  { path: '/ping', summary: '`OK`', isPublic: true, answer: () => 'OK' },
  { path: '/version', summary: 'The version', isPublic: true, schema: VERSION, answer: ({ version }) => ({ version }) },
  {
    path: '/openapi.json',
    summary: 'This API, as OpenAPI 3.1',
    isPublic: true,
    schema: { type: 'object' },
    answer: ({ version }) => describeLookup(LOOKUP_ROUTES, version),
  },
  {
    path: '/nodes',
    summary: 'Every node; nulls for those that have not identified themselves',
    query: DATED,
    schema: NODES,
    answer: ({ topology, unknownNodes, query }) => ({
      nodes: [...datedNodes(topology.nodes, newnessFor(topology, query)), ...Array.from({ length: unknownNodes }, () => UNKNOWN_NODE)],
    }),
  },
  {
    path: '/sessions',
    summary: 'Every session, its jobs and where they run',
    query: DATED,
    schema: SESSIONS,
    answer: (question) => sessionsOf(question),
  },
  {
    path: '/sessions/:node',
    summary: 'The sessions of a node, by its name',
    query: DATED,
    schema: SESSIONS,
    answer: (question) => sessionsOf(question, question.params['node']),
  },
  {
    path: '/jobs',
    summary: 'Every job, and where it runs',
    query: DATED,
    schema: JOBS,
    answer: ({ topology, query }) => jobsAnswer(datedJobs(topology.jobs, newnessFor(topology, query))),
  },
  {
    path: '/findJob',
    summary: 'Where a job runs: `?name=SESSION.JOB`',
    query: { name: { description: 'the full name of a job' }, ...DATED },
    schema: SOURCES,
    answer: ({ topology, query }) => ({
      sources: datedSources(topology.sourcesOf(fullName(expectParameter(query, 'name'))), newnessFor(topology, query)),
    }),
  },
  {
    path: '/findSession',
    summary: 'The jobs of a session, and where they run: `?sessionid=SESSION`',
    query: { sessionid: { description: 'the session' }, ...DATED },
    schema: JOBS,
    answer: ({ topology, query }) => jobsAnswer(datedJobs(topology.jobsOf(expectParameter(query, 'sessionid')), newnessFor(topology, query))),
  },
];

/** Whether there is something to read at a path. */
export function isRoutePath(path: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(path));
}

const PATTERNS = LOOKUP_ROUTES.map(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`));

function sessionsOf({ topology, query }: LookupQuestion, node?: string): object {
  const sessions = datedSessions(topology.sessions(node), newnessFor(topology, query));
  return { nb_sessions: sessions.length, sessions };
}

function jobsAnswer(jobs: readonly LocatedJob[]): object {
  return { nb_jobs: jobs.length, jobs };
}

/** With `?seq=true` each node is told with how new it is what is told of it: who asks several lookupds knows by that whom to believe. */
function newnessFor(topology: Topology, { seq }: LookupQuestion['query']): Newness {
  return seq === 'true' ? (node) => topology.newnessOf(node) : undefined;
}

/** A job's full name: a bare one is of the session that needs no name, as nodes register it. */
function fullName(text: string): string {
  return text.includes('.') ? text : formatJobName(parseJobName(text));
}

function expectParameter(query: LookupQuestion['query'], name: string): string {
  const text = query[name];
  if (text === undefined || text === '') {
    throw new GafferError('bad_request', `expected ?${name}=…, got ${text === undefined ? 'none' : 'an empty one'}`);
  }
  return text;
}
