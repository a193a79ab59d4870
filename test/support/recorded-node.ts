import { GafferError } from '../../src/errors.ts';
import type { JobInfo, ProcessInfo } from '../../src/job/info.ts';
import { formatJobName, type JobName } from '../../src/job/name.ts';
import type { Following, GafferNode, ProcessStream } from '../../src/job/node.ts';
import { formatStats, summarizeStats } from '../../src/job/stats.ts';

/** The jobs of a recorded node, each with the one process that it has. */
export const JOBS: readonly { readonly name: JobName; readonly pid: number }[] = [
  { name: { session: 'shop', job: 'web' }, pid: 1 },
  { name: { session: 'shop', job: 'db' }, pid: 2 },
  { name: { session: 'blog', job: 'web' }, pid: 3 },
];

/** Does nothing, answers everything, and takes note of whatever is asked of it. */
export class RecordedNode {
  readonly #calls: string[] = [];
  readonly #readers = new Set<(chunk: Uint8Array) => void>();
  readonly node: GafferNode;

  constructor() {
    this.node = new Proxy({} as GafferNode, {
      get: (_, method) => {
        const answers = { ...ANSWERS, stream: () => this.#stream };
        const answer = (answers as Readonly<Record<string, ((...args: never[]) => unknown) | undefined>>)[String(method)];
        return answer && ((...args: never[]) => this.#answer(String(method), answer, args));
      },
    });
  }

  /** Notes a call of something else that belongs to the node. */
  note(call: string): void {
    this.#calls.push(call);
  }

  /** What it was asked since the last time that this was called. */
  taken(): readonly string[] {
    return this.#calls.splice(0);
  }

  /** Whoever reads a stream reads what is written to any. */
  get #stream(): ProcessStream {
    return {
      ...STREAM,
      onData: (listener) => {
        this.#readers.add(listener);
        return () => this.#readers.delete(listener);
      },
      write: (data) => {
        this.note('write');
        for (const tell of this.#readers) {
          tell(Buffer.from(data));
        }
        return Promise.resolve();
      },
    };
  }

  #answer(method: string, answer: (...args: never[]) => unknown, args: never[]): unknown {
    this.note(method);
    return method === 'onEvent' ? answer(...args) : Promise.resolve().then(() => answer(...args));
  }
}

const END = (): void => undefined;
const STATS = formatStats(undefined, 1);
const FROM: Following = { from: { seq: 0, run: 'run' }, end: END };

const ANSWERS: {
  readonly [Method in keyof Omit<GafferNode, 'stream'>]: (...args: Parameters<GafferNode[Method]>) => Answered<ReturnType<GafferNode[Method]>>;
} = {
  sessions: () => ['shop', 'blog'],
  jobs: (session) => JOBS.map(({ name }) => name).filter((name) => session === undefined || name.session === session),
  load: END,
  unload: END,
  reload: END,
  update: END,
  start: END,
  stop: END,
  restart: END,
  scale: () => 1,
  commit: () => 9,
  signalJob: END,
  startSession: END,
  stopSession: END,
  reloadSession: END,
  unloadSession: END,
  jobInfo: infoOfJob,
  overview: () => [],
  jobStats: (name) => summarizeStats(formatJobName(name), []),
  pids: () => [1],
  pidOf: () => 1,
  processInfo: infoOfProcess,
  processStats: () => STATS,
  stopProcess: END,
  restartProcess: END,
  signalProcess: END,
  tail: () => Buffer.from('the output of a process'),
  recentLog: () => [],
  followLog: () => FROM,
  followEvents: () => FROM,
  followStats: () => END,
  onEvent: () => END,
};

type Answered<T> = T extends Promise<infer Value> ? Value : T;

const STREAM = { offset: 0, onEnd: () => END, hold: () => END, end: END };

function infoOfJob(name: JobName): JobInfo {
  if (!JOBS.some((job) => formatJobName(job.name) === formatJobName(name))) {
    throw new GafferError('job_not_found', 'it is not one of those');
  }
  const config = { name: name.job, cmd: 'program', env: { PASSWORD: 'hunter2' } };
  return { name: formatJobName(name), active: true, running: 1, running_out: 0, max_processes: 1, processes: [1], config, state: 'started' };
}

function infoOfProcess(pid: number): ProcessInfo {
  const { name = { session: 'blog', job: 'web' } } = JOBS.find((job) => job.pid === pid) ?? {};
  return {
    pid,
    name: formatJobName(name),
    cmd: 'program',
    args: [],
    env: { PASSWORD: 'hunter2' },
    uid: null,
    gid: null,
    os_pid: 1,
    create_time: 0,
    commited: false,
    redirect_output: ['out'],
    redirect_input: true,
    custom_streams: ['extra'],
    active: true,
    slot: 1,
    restarts: 0,
  };
}
