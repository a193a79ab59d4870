import { GafferError } from '../errors.ts';
import { formatJobName, parseJobName } from '../job/name.ts';
import type { LocatedJob } from '../protocol/lookup-answer.ts';
import { UNKNOWN_NODE } from '../protocol/lookup-event.ts';
import { datedJobs, datedNodes, datedSessions, datedSources, type Newness } from './dated.ts';
import type { Topology } from './topology.ts';

/** What is asked of a lookupd. */
export interface LookupQuestion {
  readonly topology: Topology;
  /** Connections of nodes that have not said who they are. */
  readonly unknownNodes: number;
  readonly version: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** A path of a lookupd's API; every one is only read. */
export interface LookupRoute {
  readonly path: string;
  readonly summary: string;
  /** Anybody may ask it, also where keys are asked for. */
  readonly isPublic?: boolean;
  /** Its answer: an object, or a text. */
  answer(question: LookupQuestion): object | string;
}

/** Everything that a lookupd answers. */
export const LOOKUP_ROUTES: readonly LookupRoute[] = [
  {
    path: '/',
    summary: 'A greeting',
    isPublic: true,
    answer: ({ version }) => ({ welcome: 'gaffer-lookupd', version }),
  },
  { path: '/ping', summary: '`OK`', isPublic: true, answer: () => 'OK' },
  { path: '/version', summary: 'The version', isPublic: true, answer: ({ version }) => ({ version }) },
  {
    path: '/nodes',
    summary: 'Every node; nulls for those that have not identified themselves',
    answer: ({ topology, unknownNodes, query }) => ({
      nodes: [...datedNodes(topology.nodes, newnessFor(topology, query)), ...Array.from({ length: unknownNodes }, () => UNKNOWN_NODE)],
    }),
  },
  { path: '/sessions', summary: 'Every session, its jobs and where they run', answer: (question) => sessionsOf(question) },
  { path: '/sessions/:node', summary: 'The sessions of a node, by its name', answer: (question) => sessionsOf(question, question.params['node']) },
  {
    path: '/jobs',
    summary: 'Every job, and where it runs',
    answer: ({ topology, query }) => jobsAnswer(datedJobs(topology.jobs, newnessFor(topology, query))),
  },
  {
    path: '/findJob',
    summary: 'Where a job runs: `?name=SESSION.JOB`',
    answer: ({ topology, query }) => ({
      sources: datedSources(topology.sourcesOf(fullName(expectParameter(query, 'name'))), newnessFor(topology, query)),
    }),
  },
  {
    path: '/findSession',
    summary: 'The jobs of a session, and where they run: `?sessionid=SESSION`',
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
