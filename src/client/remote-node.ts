import { randomUUID } from 'node:crypto';
import { GafferError } from '../errors.ts';
import { type JobConfig, parseJobConfig } from '../job/config.ts';
import type { EventPosition, GafferEvent } from '../job/event.ts';
import type { JobInfo, JobOverview, ProcessInfo } from '../job/info.ts';
import type { EventEntry, LogEntry, LogSelection } from '../job/log.ts';
import { formatJobName, type JobName, parseJobName } from '../job/name.ts';
import type { CommitOptions, Following, GafferNode, StopProcessOptions, Unsubscribe } from '../job/node.ts';
import type { ScaleOperand } from '../job/scale.ts';
import type { SignalName } from '../job/signal.ts';
import type { JobStats, ProcessStats, StatsEntry, StatsTarget } from '../job/stats.ts';
import { formatEventPosition } from '../protocol/event-position.ts';
import { FOLLOWER_HEADER } from '../protocol/follower-header.ts';
import { formatLogReach, type LogReach } from '../protocol/log-reach.ts';
import { ANSWERS, type Shape } from './answer-shape.ts';
import { parseEndpoint } from './endpoint.ts';
import { EventFeed } from './event-feed.ts';
import type { EventFollowing, EventScope } from './event-scope.ts';
import { type HttpAnswer, HttpClient, type HttpOptions, type Question } from './http.ts';
import { logEntriesOf } from './log-lines.ts';
import { OpenAnswers } from './open-answers.ts';
import { jobPath, sessionPath } from './paths.ts';
import { RemoteStream } from './remote-stream.ts';

/** How a {@link RemoteNode} reaches its node. */
export interface RemoteNodeOptions extends Omit<HttpOptions, 'endpoint'> {
  /** `http://HOST:PORT`, `https://HOST:PORT` or `unix:///PATH`. */
  readonly endpoint: string;
  /** Whoever uses it comes back when the connection is lost: after a gafferd that was killed output waits for that. Default false. */
  readonly comesBack?: boolean;
}

/** Who answers at an endpoint. */
export interface NodeVersion {
  readonly name: string;
  readonly version: string;
}

const WAIT = { query: { wait: true }, patient: true };

/**
 * A node somewhere else, asked over HTTP: gafferd, or a running `gaffer start` through its unix socket. While somebody
 * listens to its events, an answer comes after the events that led to it.
 */
export class RemoteNode implements GafferNode {
  /** Where it is, for people. */
  readonly endpoint: string;
  readonly #http: HttpClient;
  readonly #events: EventFeed;
  readonly #open = new OpenAnswers();
  /** What is said with requests for output. */
  readonly #asFollower: Readonly<Record<string, string>>;

  /** Nothing is connected before something is asked. @throws GafferError `bad_usage` for what is no endpoint */
  constructor(options: RemoteNodeOptions) {
    const endpoint = parseEndpoint(options.endpoint);
    this.endpoint = endpoint.text;
    this.#http = new HttpClient({ ...options, endpoint });
    this.#asFollower = options.comesBack === true ? { [FOLLOWER_HEADER]: randomUUID() } : {};
    this.#events = new EventFeed(this.#http);
  }

  /** The name and version of the program that answers. */
  async version(): Promise<NodeVersion> {
    return await this.#read('GET', '/version', ANSWERS.version);
  }

  /** Resolves when the node has said that it is there. @throws GafferError */
  async ping(): Promise<void> {
    if ((await this.#ask('GET', '/ping')).bytes.toString().trim() !== 'OK') {
      throw this.#http.noNode('it does not answer OK');
    }
  }

  /** Which run of the node answers, and what its last event was. @param scope whose events one may see, where that is not everybody's */
  async position(scope?: EventScope): Promise<EventPosition> {
    const { from, end } = await this.followEvents(undefined, () => undefined, scope);
    end();
    return from;
  }

  async sessions(): Promise<readonly string[]> {
    return (await this.#read('GET', '/sessions', ANSWERS.sessions)).sessions;
  }

  async jobs(session?: string): Promise<readonly JobName[]> {
    const { jobs } = await this.#read('GET', session === undefined ? '/jobs' : sessionPath('/jobs', session), ANSWERS.jobs);
    return jobs.map(parseJobName);
  }

  async load(session: string, config: JobConfig): Promise<void> {
    await this.#ask('POST', sessionPath('/jobs', session), { json: parseJobConfig(config), patient: true });
  }

  async unload(job: JobName): Promise<void> {
    await this.#ask('DELETE', jobPath(job), WAIT);
  }

  async reload(job: JobName): Promise<void> {
    await this.#ask('POST', `${jobPath(job)}/state`, { ...WAIT, body: '2' });
  }

  async update(job: JobName, config: JobConfig): Promise<void> {
    const json = parseJobConfig(config);
    if (config.name !== job.job) {
      throw new GafferError('invalid_config', `name: expected "${job.job}", the name of the job to update, got "${config.name}"`);
    }
    await this.#ask('PUT', jobPath(job), { ...WAIT, json });
  }

  async start(job: JobName): Promise<void> {
    await this.#ask('POST', `${jobPath(job)}/state`, { ...WAIT, body: '1' });
  }

  async stop(job: JobName): Promise<void> {
    await this.#ask('POST', `${jobPath(job)}/state`, { ...WAIT, body: '0' });
  }

  async restart(job: JobName): Promise<void> {
    await this.#ask('POST', `${jobPath(job)}/restart`, WAIT);
  }

  async scale(job: JobName, { op, n }: ScaleOperand): Promise<number> {
    const question = { json: { scale: `${op}${n}` }, patient: true };
    return (await this.#read('POST', `${jobPath(job)}/numprocesses`, ANSWERS.numprocesses, question)).numprocesses;
  }

  async commit(job: JobName, { gracefulTimeoutMs, env }: CommitOptions = {}): Promise<number> {
    const json = { ...(gracefulTimeoutMs !== undefined && { graceful_timeout: gracefulTimeoutMs / 1000 }), ...(env !== undefined && { env }) };
    return (await this.#read('POST', `${jobPath(job)}/commit`, ANSWERS.pid, { json })).pid;
  }

  async signalJob(job: JobName, signal: SignalName): Promise<void> {
    await this.#ask('POST', `${jobPath(job)}/signal`, { json: { signal } });
  }

  async startSession(session: string): Promise<void> {
    await this.#ask('POST', `${sessionPath('/sessions', session)}/state`, { ...WAIT, body: '1' });
  }

  async stopSession(session: string): Promise<void> {
    await this.#ask('POST', `${sessionPath('/sessions', session)}/state`, { ...WAIT, body: '0' });
  }

  async reloadSession(session: string): Promise<void> {
    await this.#ask('POST', `${sessionPath('/sessions', session)}/state`, { ...WAIT, body: '2' });
  }

  async unloadSession(session: string): Promise<void> {
    await this.#ask('DELETE', sessionPath('/sessions', session), WAIT);
  }

  async jobInfo(job: JobName): Promise<JobInfo> {
    return await this.#read('GET', jobPath(job), ANSWERS.jobInfo);
  }

  async overview(session?: string): Promise<readonly JobOverview[]> {
    return (await this.#read('GET', '/overview', ANSWERS.overview, { query: { session } })).jobs;
  }

  /** What {@link RemoteNode.overview} tells of one job: that may be all that a key allows. @throws GafferError `job_not_found` */
  async jobOverview(job: JobName): Promise<JobOverview> {
    const name = formatJobName(job);
    const { jobs } = await this.#read('GET', '/overview', ANSWERS.overview, { query: { job: name } });
    const found = jobs.find((one) => one.name === name);
    if (found === undefined) {
      throw new GafferError('job_not_found', `no job "${name}" is loaded`);
    }
    return found;
  }

  async jobStats(job: JobName): Promise<JobStats> {
    return await this.#read('GET', `${jobPath(job)}/stats`, ANSWERS.jobStats);
  }

  async pids(job?: JobName): Promise<readonly number[]> {
    return (await this.#read('GET', job === undefined ? '/pids' : `${jobPath(job)}/pids`, ANSWERS.pids)).pids;
  }

  async pidOf(job: JobName, slot: number): Promise<number> {
    const name = formatJobName(job);
    const found = await this.jobOverview(job);
    const process = found.processes.find((one) => one.slot === slot && !one.stopping);
    if (process === undefined) {
      throw new GafferError('process_not_found', `no process "${name}.${slot}" is running`);
    }
    return process.pid;
  }

  async processInfo(pid: number): Promise<ProcessInfo> {
    return await this.#read('GET', `/${pid}`, ANSWERS.processInfo);
  }

  async processStats(pid: number): Promise<ProcessStats> {
    return (await this.#read('GET', `/${pid}/stats`, ANSWERS.processStats)).stats;
  }

  async stopProcess(pid: number, { replace = true }: StopProcessOptions = {}): Promise<void> {
    await this.#ask('DELETE', `/${pid}`, { query: { wait: true, replace }, patient: true });
  }

  async restartProcess(pid: number): Promise<void> {
    await this.#ask('POST', `/${pid}/restart`, WAIT);
  }

  async signalProcess(pid: number, signal: SignalName): Promise<void> {
    await this.#ask('POST', `/${pid}/signal`, { json: { signal } });
  }

  async tail(pid: number, label?: string): Promise<Uint8Array> {
    return (await this.#ask('GET', `/${pid}/tail`, { query: { stream: label } })).bytes;
  }

  /** The last lines that the processes of a job have written, those of ended ones too. */
  async jobTail(job: JobName, lines: number): Promise<Uint8Array> {
    return (await this.#ask('GET', `${jobPath(job)}/tail`, { query: { lines } })).bytes;
  }

  async stream(pid: number, label?: string, from?: number): Promise<RemoteStream> {
    await this.#events.opened();
    const info = await this.processInfo(pid);
    const name = label ?? info.redirect_output[0];
    if (name === undefined) {
      throw new GafferError('stream_not_found', `process ${pid} has no output that was redirected`);
    }
    const path = `/streams/${pid}/${encodeURIComponent(name)}`;
    if (name === 'stdin') {
      if (!info.redirect_input) {
        throw new GafferError('stream_not_found', `process ${pid} has no stdin that was redirected (redirect_input)`);
      }
      return new RemoteStream(this.#http, path);
    }
    const answer = await this.#http.open('GET', path, { query: { feed: 'continuous', from }, headers: this.#asFollower });
    return new RemoteStream(this.#http, path, { output: this.#open.bodyOf(answer), offset: Number(answer.headers.get('x-gaffer-offset') ?? 0) });
  }

  async recentLog(selection: LogSelection, lines: number): Promise<readonly LogEntry[]> {
    const { bytes } = await this.#ask('GET', '/log', { query: { ...queryOf(selection), lines } });
    return logEntriesOf(bytes) ?? Promise.reject(this.#http.noNode('its answer to /log is none that a node gives'));
  }

  /** @param listener a promise that it returns is waited for: the node waits too, and then leaves entries out */
  async followLog(selection: LogSelection, lines: number, listener: (entry: LogEntry) => unknown, read?: LogReach): Promise<Following> {
    const question = { query: { ...queryOf(selection), lines, follow: true, read: read && formatLogReach(read) }, headers: this.#asFollower };
    return this.#open.followLog(await this.#http.open('GET', '/log', question), listener);
  }

  /**
   * @param listener a promise that it returns is waited for: the node waits too, and then leaves events out
   * @param of only events of a session or a job: those are told to every key that may read it, all of them only to one that manages all
   */
  async followEvents(since: EventPosition | undefined, listener: (entry: EventEntry) => unknown, of: EventFollowing = {}): Promise<Following> {
    const { heartbeatMs, ...scope } = of;
    const heartbeat = heartbeatMs && heartbeatMs / 1000;
    const answer = await this.#http.open('GET', '/events', { query: { since: since && formatEventPosition(since), heartbeat, ...queryOf(scope) } });
    return this.#open.followLog(answer, (entry) => listener(entry as EventEntry), { silenceMs: heartbeatMs && heartbeatMs * 2 });
  }

  async followStats(target: StatsTarget, intervalMs: number, listener: (entry: StatsEntry) => void, onEnd = () => {}): Promise<Unsubscribe> {
    const path = 'job' in target ? `${jobPath(target.job)}/stats/feed` : `/${target.pid}/stats/feed`;
    const answer = await this.#http.open('GET', path, { query: { interval_ms: Math.max(0, Math.ceil(intervalMs)) } });
    return this.#open.follow(answer, (record) => {
      if (record === undefined) {
        onEnd();
      } else if ('pid' in (record as StatsEntry | { readonly dropped: number })) {
        listener(record as StatsEntry); // and not how many were left out
      }
    });
  }

  onEvent(listener: (event: GafferEvent) => void): Unsubscribe {
    return this.#events.add(listener);
  }

  /** Closes every connection. */
  close(): void {
    this.#events.close();
    this.#open.close();
    this.#http.close();
  }

  /** @throws GafferError `bad_answer` for what no node answers */
  async #read<T>(method: string, path: string, isShape: Shape<T>, question?: Question): Promise<T> {
    const value = this.#http.valueOf(await this.#ask(method, path, question));
    if (!isShape(value)) {
      throw this.#http.noNode(`its answer to ${path} is none that a node gives`);
    }
    return value;
  }

  async #ask(method: string, path: string, question?: Question): Promise<HttpAnswer> {
    await this.#events.opened();
    const answer = await this.#http.ask(method, path, question);
    await this.#events.reached(Number(answer.headers.get('x-gaffer-seq') ?? 0));
    return answer;
  }
}

function queryOf({ session, job, pid, label }: LogSelection): NonNullable<Question['query']> {
  return { session, job: job && formatJobName(job), pid, stream: label };
}
