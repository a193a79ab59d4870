import type { LookupAnswer, NumberedMessage } from '../protocol/lookup-message.ts';
import { refusalOf } from '../protocol/lookup-message.ts';
import { JobTable } from './job-table.ts';
import { identityOf, type NodeEntry } from './node-entry.ts';

/** What a node has said on one connection so far; undefined until it has identified itself. Decides what comes of each message. */
export interface SessionState {
  readonly entry: NodeEntry | undefined;
}

/** What comes of a message. */
export interface SessionStep {
  readonly state: SessionState;
  readonly answer: LookupAnswer;
}

/** What a session has to know of others. */
export interface SessionNeighbours {
  /** Which run of a node speaks on another connection; undefined where none does. */
  otherOf(identity: string): { readonly generation: number } | undefined;
  /** Why this connection may not speak for a node of that name; undefined where it may. */
  refusalFor(name: string): string | undefined;
}

/** Nothing was said yet. */
export const UNIDENTIFIED: SessionState = { entry: undefined };

/** Takes the next message of a node. Where it takes the place of another run on another connection, `answer` is ok all the same: whoever holds the connections ends that one. */
export function stepOf(state: SessionState, message: NumberedMessage, neighbours: SessionNeighbours): SessionStep {
  const { msgid } = message;
  const ok: LookupAnswer = { ok: true, msgid };
  const refuse = (errno: number, reason: string, text?: string): SessionStep => ({ state, answer: refusalOf(msgid, errno, reason, text) });
  if (message.type === 'IDENTIFY') {
    return identify(state, message, neighbours);
  }
  const { entry } = state;
  if (message.type === 'PING') {
    return { state: entry === undefined ? state : { entry: withSeq(entry, message.seq) }, answer: ok };
  }
  if (entry === undefined) {
    return refuse(404, 'need to send IDENTIFY message first');
  }
  const { job_name: job, seq } = message;
  const { jobs } = entry;
  const changed = (now: JobTable): SessionStep => ({ state: { entry: withSeq({ ...entry, jobs: now }, seq) }, answer: ok });
  switch (message.type) {
    case 'REGISTER_JOB':
      return jobs.has(job) ? refuse(409, `job '${job}' is already registered`) : changed(jobs.withJob(job));
    case 'UNREGISTER_JOB':
      return changed(jobs.withoutJob(job));
    case 'REGISTER_PROCESS':
      return jobs.has(job) ? changed(jobs.withProcess(job, message.pid)) : refuse(404, '', `job '${job}' is not registered`);
    case 'UNREGISTER_PROCESS':
      return jobs.has(job) ? changed(jobs.withoutProcess(job, message.pid)) : refuse(404, '', `job '${job}' is not registered`);
  }
}

function identify(
  state: SessionState,
  { msgid, name, origin, version, generation }: Extract<NumberedMessage, { type: 'IDENTIFY' }>,
  neighbours: SessionNeighbours,
): SessionStep {
  const refuse = (errno: number, reason: string, text: string): SessionStep => ({ state, answer: refusalOf(msgid, errno, reason, text) });
  if (state.entry !== undefined) {
    return refuse(409, '', 'this connection has identified itself already');
  }
  const forbidden = neighbours.refusalFor(name);
  if (forbidden !== undefined) {
    return refuse(403, 'forbidden', forbidden);
  }
  const other = neighbours.otherOf(identityOf({ name, origin }));
  // the same run may come back before it is noticed that its connection is lost
  if (other !== undefined && (generation === undefined || generation < other.generation)) {
    return refuse(409, '', `another connection speaks for ${name} at ${origin}`);
  }
  const entry: NodeEntry = { name, origin, version, generation: generation ?? 0, seq: undefined, jobs: JobTable.EMPTY };
  return { state: { entry }, answer: { ok: true, msgid } };
}

function withSeq(entry: NodeEntry, seq: number | undefined): NodeEntry {
  return seq === undefined ? entry : { ...entry, seq };
}
