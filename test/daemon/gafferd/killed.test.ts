import { randomInt, randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { FleetClient, fleetProcesses, randomFrom } from '../../support/fleet.ts';
import { keeperOf } from '../../support/keepers.ts';
import { TestMachine, test } from '../../support/machine.ts';
import { becomes } from '../../support/processes.ts';

/** Rounds in all, shared by the machines. */
const ROUNDS = 20;
const MACHINES = 2;
const CLIENTS = 4;

/** Counts the processes that gafferd has started, by job; those with none are left out. */
function countJobs(mark: string, runId: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { job } of fleetProcesses(mark).filter((one) => one.leads && one.runId === runId)) {
    counts[job] = (counts[job] ?? 0) + 1;
  }
  return counts;
}

/** Kills gafferd and its keeper again and again while clients change jobs, and looks each time at what the next one makes of it. */
async function killOften(machine: TestMachine, seed: number, rounds: number): Promise<void> {
  const mark = randomUUID();
  const random = randomFrom(seed);
  const clients = Array.from(
    { length: CLIENTS },
    (_, index) => new FleetClient(`s${index}`, { mark, random: randomFrom(seed + 1000 * (index + 1)) }),
  );
  machine.configure('[process:ini:job]', 'cmd = sleep 1000', 'numprocesses = 2', `env:FLEET_MARK = ${mark}`, 'env:FLEET_JOB = ini.job');
  const earlier = new Set<string>();
  for (let round = 0; round <= rounds; round += 1) {
    if (random() < 0.3) {
      const unlucky = machine.spawn();
      await new Promise((resolve) => setTimeout(resolve, random() * 400));
      await unlucky.end('SIGKILL');
    }
    const daemon = await machine.start();
    const url = daemon.urls[0]!;
    const place = `seed ${seed}, round ${round}`;
    expect((await Promise.all(clients.map((client) => client.check(url)))).flat(), place).toEqual([]);
    expect(
      fleetProcesses(mark).filter(({ runId }) => earlier.has(runId)),
      `${place}: what an earlier run has left`,
    ).toEqual([]);
    const wanted = Object.fromEntries([['ini.job', 2] as const, ...clients.flatMap((client) => client.processes)].filter(([, count]) => count > 0));
    let runId = '';
    const open = new Map(Object.entries(wanted)); // those that end all the time are not all there in one moment
    const isRight = (): boolean => {
      runId = fleetProcesses(mark).find(({ job }) => job === 'ini.job')?.runId ?? '';
      const counts = countJobs(mark, runId);
      for (const [job, count] of Object.entries(counts)) {
        // at no moment may there be more than are wanted, also of those that end all the time
        expect(count, `${place}: ${job}`).toBeLessThanOrEqual(wanted[job] ?? 0);
      }
      for (const job of [...open.keys()].filter((one) => counts[one] === open.get(one))) {
        open.delete(job);
      }
      return open.size === 0;
    };
    if (!(await becomes(isRight, 20_000))) {
      expect(countJobs(mark, runId), place).toEqual(wanted);
    }
    earlier.add(runId);
    if (round < rounds) {
      expect((await daemon.ask('POST', '/jobs/s0', {})).status).toBe(400); // the first one takes its time
      const acknowledged = (): number => clients.reduce((sum, client) => sum + client.acknowledged, 0);
      const before = acknowledged();
      const work = Promise.all(clients.map((client) => client.work(url)));
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 120));
      expect(await becomes(() => acknowledged() > before, 20_000), 'something is acknowledged').toBe(true);
      const keeper = keeperOf(machine)!;
      for (const pid of random() < 0.5 ? [keeper, daemon.pid] : [daemon.pid, keeper]) {
        process.kill(pid, 'SIGKILL');
      }
      await daemon.exit;
      expect(await work, `${place}: what was refused`).toEqual(clients.map(() => undefined));
    } else {
      expect((await daemon.end('SIGTERM')).code).toBe(0);
      expect(fleetProcesses(mark)).toEqual([]);
    }
  }
}

describe('gafferd that is killed with its keeper at any moment', () => {
  test(`has in ${ROUNDS} rounds no orphan, no duplicate and no lost job`, { timeout: 240_000 }, async ({ machine }) => {
    const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
    const machines = [machine, ...Array.from({ length: MACHINES - 1 }, () => new TestMachine())];
    const rounds = Math.ceil(ROUNDS / MACHINES);
    const results = await Promise.allSettled(machines.map((one, index) => killOften(one, seed + index, rounds)));
    const closed = await Promise.allSettled(machines.slice(1).map((one) => one.close()));
    for (const result of [...results, ...closed]) {
      if (result.status === 'rejected') {
        throw result.reason;
      }
    }
  });
});
