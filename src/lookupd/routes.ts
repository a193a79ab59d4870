import { GafferError } from '../errors.ts';
import { UNKNOWN_NODE } from '../protocol/lookup-event.ts';
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
    answer: ({ topology, unknownNodes }) => ({ nodes: [...topology.nodes, ...Array.from({ length: unknownNodes }, () => UNKNOWN_NODE)] }),
  },
  { path: '/sessions', summary: 'Every session, its jobs and where they run', answer: ({ topology }) => sessionsOf(topology) },
  { path: '/sessions/:node', summary: 'The sessions of a node, by its name', answer: ({ topology, params }) => sessionsOf(topology, params['node']) },
  {
    path: '/jobs',
    summary: 'Every job, and where it runs',
    answer: ({ topology: { jobs } }) => ({ nb_jobs: jobs.length, jobs }),
  },
  {
    path: '/findJob',
    summary: 'Where a job runs: `?name=SESSION.JOB`',
    answer: ({ topology, query }) => ({ sources: topology.sourcesOf(expectParameter(query, 'name')) }),
  },
  {
    path: '/findSession',
    summary: 'The jobs of a session, and where they run: `?sessionid=SESSION`',
    answer: ({ topology, query }) => {
      const jobs = topology.jobsOf(expectParameter(query, 'sessionid'));
      return { nb_jobs: jobs.length, jobs };
    },
  },
];

function sessionsOf(topology: Topology, node?: string): object {
  const sessions = topology.sessions(node);
  return { nb_sessions: sessions.length, sessions };
}

function expectParameter(query: LookupQuestion['query'], name: string): string {
  const text = query[name];
  if (text === undefined || text === '') {
    throw new GafferError('bad_request', `expected ?${name}=…, got ${text === undefined ? 'none' : 'an empty one'}`);
  }
  return text;
}
