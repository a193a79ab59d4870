import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GafferError } from '../../src/errors.ts';
import { ChildLedger } from '../../src/runtime/child-ledger.ts';
import { RunFolder, readHolder } from '../../src/runtime/run-folder.ts';
import { ownRecord, readRecord } from '../../src/runtime/run-record.ts';
import { readProcess, sendSignal } from '../../src/supervisor/process-table.ts';

/** Above every pid that Linux gives. */
const NOBODY = 5_000_000;

let home: string;
let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  folder = join(home, 'run');
  children = [];
});

afterEach(() => {
  for (const child of children) {
    sendSignal(-(child.pid ?? 0), 'SIGKILL');
  }
  rmSync(home, { recursive: true });
});

function claim(runId: string, over?: number): RunFolder {
  return RunFolder.claim({
    ...{ folder, runId, over },
    details: { place: 'here' },
    remedy: 'go elsewhere',
    busy: ({ pid }) => new GafferError('already_running', `somebody is here (pid ${pid})`),
  });
}

/** Writes the record of a run whose process is gone. */
function leaveRecord(runId: string): void {
  mkdirSync(join(folder, 'session'), { recursive: true });
  writeFileSync(join(folder, 'session', `${runId}.json`), JSON.stringify({ ...ownRecord(runId), pid: NOBODY }));
}

/** Starts a process that leads a group, and resolves when it has said that it is up. */
async function start(script: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child as unknown as ChildProcess & { readonly pid: number };
}

/** Leaves a run behind that had started a process. */
function leave(runId: string, child: { readonly pid: number }): void {
  leaveRecord(runId);
  mkdirSync(join(folder, runId));
  const ledger = new ChildLedger(join(folder, runId));
  ledger.add(child.pid, readProcess(child.pid)?.startTime ?? '');
  ledger.close();
}

describe('the folder of a run', () => {
  it('is made for this user alone, with a record of who runs there', () => {
    const run = claim('one');
    expect(run.runFolder).toBe(join(folder, 'one'));
    expect(readdirSync(folder).toSorted()).toEqual(['one', 'session']);
    expect([folder, run.runFolder].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
    expect(readRecord(join(folder, 'session', 'one.json'))).toEqual(ownRecord('one', { place: 'here' }));
    run.close();
  });

  it('is removed by who leaves it, and nothing above it', () => {
    claim('one').close();
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(home)).toBe(true);
  });

  it('stays when something else is in it', () => {
    const run = claim('one');
    writeFileSync(join(folder, 'other'), '');
    run.close();
    expect(readdirSync(folder)).toEqual(['other']);
  });

  it('is claimed by one run only', () => {
    const run = claim('one');
    expect(() => claim('two')).toThrow(new GafferError('already_running', `somebody is here (pid ${process.pid})`));
    expect(readdirSync(folder).toSorted()).toEqual(['one', 'session']);
    run.close();
    claim('two').close();
  });

  it('is not claimed where somebody has put a file', () => {
    writeFileSync(folder, '');
    expect(() => claim('one')).toThrow(`expected ${folder} to be a folder of this user's, but it is not: remove it, or go elsewhere`);
  });
});

describe('what a run has left behind', () => {
  it('is nothing where none was', async () => {
    const run = claim('one');
    expect(await run.endLeftovers({ graceMs: 0 })).toBe(0);
    run.close();
  });

  it('is ended, and its files are removed', async () => {
    leave('dead', await start('echo up; exec sleep 100'));
    const run = claim('one');
    expect(await run.endLeftovers({ graceMs: 5000 })).toBe(1);
    expect(readdirSync(folder).toSorted()).toEqual(['one', 'session']);
    run.close();
  });

  it('may take its time to end', async () => {
    const child = await start(`trap 'sleep 0.2; echo bye > ${home}/said; exit' TERM; echo up; while :; do sleep 0.01; done`);
    leave('dead', child);
    const run = claim('one');
    expect(await run.endLeftovers({ graceMs: 10_000 })).toBe(1);
    expect(readFileSync(join(home, 'said'), 'utf8')).toBe('bye\n');
    run.close();
  });

  it('is killed when that is over', async () => {
    const child = await start("trap '' TERM; echo up; while :; do sleep 0.01; done");
    const exit = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    leave('dead', child);
    const run = claim('one');
    expect(await run.endLeftovers({ graceMs: 50 })).toBe(1);
    expect(await exit).toBe('SIGKILL');
    run.close();
  });

  it('is not the process that has its pid by now', async () => {
    const child = await start('echo up; exec sleep 100');
    leaveRecord('dead');
    mkdirSync(join(folder, 'dead'));
    const ledger = new ChildLedger(join(folder, 'dead'));
    ledger.add(child.pid, '1');
    ledger.close();
    const run = claim('one');
    expect(await run.endLeftovers({ graceMs: 0 })).toBe(0);
    expect(readProcess(child.pid)?.state).not.toBe('Z');
    run.close();
  });

  it('removes the claims of those who were killed while they made them, and no others', async () => {
    const [begun, late] = [`claim-begun.${process.pid}`, `claim-late.${process.pid}`];
    for (const name of ['claim-killed', `claim-empty.${NOBODY}`, `claim-torn.${NOBODY}`, begun, late]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    mkdirSync(join(folder, 'killed'));
    writeFileSync(join(folder, `claim-torn.${NOBODY}/torn.json`), '{"runI');
    writeFileSync(join(folder, 'claim-killed/killed.json'), JSON.stringify({ ...ownRecord('killed'), pid: NOBODY }));
    utimesSync(join(folder, late), 1, 1);
    const run = claim('next');
    expect(await run.endLeftovers({ graceMs: 0 })).toBe(0);
    expect(readdirSync(folder).sort()).toEqual([begun, 'next', 'session']);
    run.close();
  });
});

describe('the folder of a run that another one has', () => {
  it('is told by its holder, as long as he runs', () => {
    expect(readHolder(folder)).toBeUndefined();
    const run = claim('first');
    expect(readHolder(folder)).toMatchObject({ pid: process.pid, runId: 'first' });
    run.close();
    leaveRecord('dead');
    expect(readHolder(folder)).toBeUndefined();
  });

  it('goes over to whoever knows that he has left, though he runs', () => {
    const left = claim('first');
    expect(() => claim('second')).toThrow('somebody is here');
    expect(() => claim('second', process.pid + 1)).toThrow('somebody is here');
    const next = claim('second', process.pid);
    expect(readHolder(folder)).toMatchObject({ runId: 'second' });
    left.close();
    expect(readHolder(folder)).toMatchObject({ runId: 'second' });
    next.close();
  });
});
