import { readFileSync } from 'node:fs';
import { bootId, isRunning, readProcess } from '../supervisor/process-table.ts';

/** Who runs: what is written down for whoever comes next. */
export interface RunRecord {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  readonly runId: string;
  /** What else the run tells of itself. */
  readonly details?: Readonly<Record<string, string>>;
}

/** The record of a run in this process. */
export function ownRecord(runId: string, details: Readonly<Record<string, string>> = {}): RunRecord {
  return { pid: process.pid, startTime: readProcess(process.pid)?.startTime ?? '', bootId: bootId(), runId, details };
}

/** Whether the process of a record still runs. */
export function isAlive(record: RunRecord): boolean {
  return record.bootId === bootId() && isRunning(record.pid, record.startTime === '' ? undefined : record.startTime);
}

/** Reads a record; undefined when there is none that can be used. */
export function readRecord(path: string): RunRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether somebody has written a record that can be used; its run id names a folder. */
function isRecord(value: unknown): value is RunRecord {
  const { pid, startTime, bootId: boot, runId, details = {} } = (value ?? {}) as Readonly<Partial<Record<keyof RunRecord, unknown>>>;
  return (
    Number.isSafeInteger(pid) &&
    typeof startTime === 'string' &&
    typeof boot === 'string' &&
    typeof runId === 'string' &&
    /^[\w-]+$/.test(runId) &&
    Object.values(details ?? {}).every((text) => typeof text === 'string')
  );
}
