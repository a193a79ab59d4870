import { parseJobName } from '../../job/name.ts';
import { JobTable } from '../job-table.ts';
import { identityOf, type NodeEntry } from '../node-entry.ts';

/** Whose a key is, and what kind of key. */
export interface KeyMeaning {
  /** The lookupd that has written it. */
  readonly teller: string;
  /** The key of a node, or the lookupd's own, by which it says that it has written all that it was told. */
  readonly kind: 'entry' | 'beat';
}

/** Where a lookupd keeps what it was told by a node. */
export function entryKey(prefix: string, teller: string, identity: string): string {
  return `${prefix}${teller}/${encodeURIComponent(identity.replace(/\p{Surrogate}/gu, '\uFFFD'))}`;
}

/** Where a lookupd says that it has written everything. */
export function beatKey(prefix: string, teller: string): string {
  return `${prefix}${teller}`;
}

/** Reads a key; undefined for one that no lookupd has written. */
export function meaningOf(prefix: string, key: string): KeyMeaning | undefined {
  const [, teller, node] = /^([0-9A-Za-z-]{1,64})(?:\/(.+))?$/s.exec(key.startsWith(prefix) ? key.slice(prefix.length) : '') ?? [];
  return teller === undefined ? undefined : { teller, kind: node === undefined ? 'beat' : 'entry' };
}

/** What is kept of a node, as text. */
export function encodeEntry({ name, origin, version, generation, seq, jobs }: NodeEntry): string {
  return JSON.stringify({ name, origin, version, generation, ...(seq !== undefined && { seq }), jobs: Object.fromEntries(jobs) });
}

/** Reads what is kept of a node; undefined for what no lookupd has written there, or one that we don't understand. */
export function decodeEntry(prefix: string, key: string, text: string): NodeEntry | undefined {
  const { name, origin, version, generation, seq, jobs } = objectOf(text);
  if (!isText(name) || !isText(origin) || !isText(version) || !isCount(generation) || !(seq === undefined || isCount(seq))) {
    return undefined;
  }
  const read = jobsOf(jobs);
  const teller = meaningOf(prefix, key)?.teller ?? '';
  return read === undefined || entryKey(prefix, teller, identityOf({ name, origin })) !== key
    ? undefined
    : { name, origin, version, generation, seq, jobs: read };
}

/** Whether two entries say the same of a node, however far it has got with its events. */
export function saysTheSame(one: NodeEntry, other: NodeEntry): boolean {
  return (
    one.name === other.name &&
    one.origin === other.origin &&
    one.version === other.version &&
    one.generation === other.generation &&
    (one.seq === undefined) === (other.seq === undefined) &&
    one.jobs.equals(other.jobs)
  );
}

function jobsOf(value: unknown): JobTable | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  const jobs = Object.entries(value as Readonly<Record<string, unknown>>);
  const isValid = jobs.every(([job, pids]) => isJobName(job) && Array.isArray(pids) && pids.every(isCount));
  return isValid ? JobTable.of(jobs as readonly (readonly [string, readonly number[]])[]) : undefined;
}

function isJobName(text: string): boolean {
  try {
    parseJobName(text);
    return true;
  } catch {
    return false;
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
