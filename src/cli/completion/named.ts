import { constants } from 'node:os';
import { formatJobName } from '../../job/name.ts';
import { oldJobName } from '../../protocol/old-name.ts';
import { shortName } from '../reading.ts';
import type { Candidate, ShellWords } from './candidate.ts';
import type { Known, KnownJob, KnownName } from './known.ts';
import type { CompletedProgram, WordKind } from './word-kind.ts';

/** What a word is made of. */
export interface NamingScope {
  readonly known: Known;
  /** What is typed of it. */
  readonly word: string;
  readonly program: CompletedProgram;
}

/** Everything of a kind that there is to name. */
export function named(kind: WordKind, scope: NamingScope): readonly Candidate[] {
  return NAMED[kind](scope);
}

/** What of a kind the shell itself knows. */
export function ofShell(kind: WordKind): ShellWords | undefined {
  return ({ file: 'files', folder: 'folders', program: 'programs' } as const)[kind as 'file' | 'folder' | 'program'];
}

/** The commands of a program that are shown. */
export function shownCommands({ commands }: CompletedProgram): readonly Candidate[] {
  return Object.entries(commands).flatMap(([text, { hidden, summary }]) => (hidden ? [] : [{ text, about: summary }]));
}

const NONE = (): readonly Candidate[] => [];

const NAMED: Readonly<Record<WordKind, (scope: NamingScope) => readonly Candidate[]>> = {
  job: (scope) => scope.known.jobs.map((job) => ({ text: nameOf(job, scope), about: job.about })),
  instance: (scope) => scope.known.jobs.flatMap((job) => instancesOf(job, scope)),
  pid: (scope) => (/^\d*$/.test(scope.word) ? scope.known.jobs.flatMap((job) => pidsOf(job, scope)) : []),
  app: ({ known }) => appsOf(known.jobs),
  change: ({ known }) => {
    const jobs = known.jobs.map((job) => ({ text: `${shortName(job, known.app)}=`, about: `now ${supervised(job)}: ${job.about}`, isOpen: true }));
    return [...jobs, ...(known.jobs.length > 1 ? [{ text: 'all=', about: 'every job of the application', isOpen: true }] : [])];
  },
  stream: ({ known }) => [...known.outputs, ...known.customStreams].map((text) => ({ text })),
  'custom stream': ({ known }) => known.customStreams.map((text) => ({ text })),
  event: ({ known }) => [...EVENTS.map((text) => ({ text })), ...known.jobs.map(({ session, job }) => ({ text: `job.${session}.${job}` }))],
  'old event': ({ known }) => [
    ...OLD_EVENTS.map((text) => ({ text })),
    ...known.jobs.map((job) => ({ text: `proc.${oldJobName(formatJobName(job))}`, about: job.about })),
  ],
  webhook: ({ known }) => known.webhooks.map(candidate),
  permission: ({ known, word }) => [...PERMISSIONS, ...targetsOf(known, word).flatMap(rightsOn)],
  user: ({ known }) => known.users.map(candidate),
  key: ({ known }) => known.keys.map(candidate),
  'process type': ({ known }) => known.processTypes.map(candidate),
  formation: ({ known }) => {
    const types = known.processTypes.map(({ name, about }) => ({ text: `${name}=`, about, isOpen: true }));
    return [...types, ...(types.length > 1 ? [{ text: 'all=', about: 'every process of the Procfile', isOpen: true }] : [])];
  },
  endpoint: ({ known }) => known.endpoints.map(candidate),
  node: ({ known }) => known.nodes.map(candidate),
  lookupd: ({ known }) => known.lookupds.map(candidate),
  signal: ({ word }) => signals(/^sig/i.test(word)),
  command: ({ program }) => shownCommands(program),
  file: NONE,
  folder: NONE,
  program: NONE,
};

const EVENTS = [
  ...['load', 'unload', 'start', 'stop', 'update', 'reload', 'spawn', 'reap', 'exit', 'stop_process', 'kill'],
  ...['flap', 'give_up', 'done', 'port_taken'],
];

const OLD_EVENTS = ['create', 'delete', 'start', 'stop', 'update', 'spawn', 'reap', 'exit', 'stop_pid'];

const PERMISSIONS: readonly Candidate[] = [
  { text: '+a', about: 'everything' },
  { text: '+u', about: 'make users' },
  { text: '+k', about: 'make keys' },
  { text: '+m', about: 'manage all' },
  { text: '+w', about: 'write to all' },
  { text: '+r', about: 'read all' },
];

function candidate({ name: text, about }: KnownName): Candidate {
  return { text, about };
}

/** A job as the program calls it; as the API does where that is begun: `shop.`. */
function nameOf(job: KnownJob, { known, word, program }: NamingScope): string {
  return program.hasOldNames === true && !/^[^:]*\./.test(word) ? oldJobName(formatJobName(job)) : shortName(job, known.app);
}

/** An instance is only named where its job's name is not enough, or is typed already. */
function instancesOf(job: KnownJob, scope: NamingScope): readonly Candidate[] {
  const name = nameOf(job, scope);
  const slots = job.processes.filter(({ slot }) => slot > 0);
  return slots.length > 1 || scope.word.startsWith(`${name}.`)
    ? slots.map(({ slot, pid }) => ({ text: `${name}.${slot}`, about: `pid ${pid}` }))
    : [];
}

function pidsOf(job: KnownJob, scope: NamingScope): readonly Candidate[] {
  return job.processes.map(({ pid, slot }) => ({ text: String(pid), about: `${nameOf(job, scope)}${slot === 0 ? ', committed' : `.${slot}`}` }));
}

function appsOf(jobs: readonly KnownJob[]): readonly Candidate[] {
  const names = new Map<string, number>();
  for (const { session } of jobs) {
    names.set(session, (names.get(session) ?? 0) + 1);
  }
  return [...names].map(([text, count]) => ({ text, about: `an application of ${count === 1 ? '1 job' : `${count} jobs`}` }));
}

function supervised({ processes }: KnownJob): number {
  return processes.filter(({ slot }) => slot > 0).length;
}

/** Applications, and once one is typed with its `.` its jobs. */
function targetsOf({ jobs }: Known, word: string): readonly string[] {
  return word.includes('.') ? jobs.map(({ session, job }) => `${session}.${job}`) : [...new Set(jobs.map(({ session }) => session))];
}

function rightsOn(target: string): readonly Candidate[] {
  return [
    { text: `${target}+r`, about: 'read it' },
    { text: `${target}+w`, about: 'write to it' },
    { text: `${target}+m`, about: 'manage it' },
  ];
}

function signals(isLong: boolean): readonly Candidate[] {
  return Object.entries(constants.signals).map(([name, number]) => ({ text: isLong ? name : name.slice('SIG'.length), about: String(number) }));
}
