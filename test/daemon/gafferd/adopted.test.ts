import { randomInt, randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { CountingMachine, STREAM_MS } from '../../support/counting-machine.ts';
import { fleetProcesses, randomFrom } from '../../support/fleet.ts';
import { TestMachine, test } from '../../support/machine.ts';

/** Kills in all, shared by the machines. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 200);
const MACHINES = 2;

/** How often a kill comes while gafferd starts or adopts, and how often while 20 MB/s are written. */
const EARLY = 0.3;
const STREAMING = 0.3;

/** Kills gafferd again and again while clients change jobs, and looks each time whether anybody has noticed. */
async function killOften(machine: TestMachine, seed: number, rounds: number): Promise<void> {
  const mark = randomUUID();
  const random = randomFrom(seed);
  const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));
  const counting = await CountingMachine.create(machine, { mark, seed });
  try {
    let daemon = await counting.start();
    for (let round = 0; round < rounds; round += 1) {
      const place = `seed ${seed}, round ${round}`;
      if (round > 0 && random() < EARLY) {
        daemon = counting.spawn();
        await pause(random() * 500);
        await daemon.end('SIGKILL');
        continue;
      }
      daemon = round === 0 ? daemon : await counting.start();
      expect(await counting.check(daemon), place).toEqual([]);
      expect(await counting.settle(), place).toEqual([]);
      expect((await daemon.ask('POST', '/jobs/s0', {})).status).toBe(400); // the first one takes its time
      const work = Promise.all(counting.clients.map((client) => client.work(daemon.urls[0]!)));
      await pause(random() * 100);
      if (random() < STREAMING) {
        counting.stream();
      }
      await pause(10 + random() * STREAM_MS);
      await daemon.end('SIGKILL');
      expect(await work, `${place}: what was refused`).toEqual(counting.clients.map(() => undefined));
    }
    const last = await counting.start();
    expect(await counting.check(last), `seed ${seed}, at the end`).toEqual([]);
    expect(await counting.settle(), `seed ${seed}, at the end`).toEqual([]);
    expect(await counting.finish(), `seed ${seed}, at the end`).toEqual([]);
    expect(
      counting.clients.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
      'operations that were acknowledged',
    ).toBeGreaterThan(rounds);
    expect((await last.end('SIGTERM')).code).toBe(0);
    expect(fleetProcesses(mark)).toEqual([]);
  } finally {
    await counting.close();
  }
}

describe('gafferd that is killed at any moment', () => {
  test(`has in ${ROUNDS} rounds no child restarted, lost or doubled, and no line or event missing or told twice`, { timeout: 240_000 }, async ({
    machine,
  }) => {
    const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
    const machines = [machine, ...Array.from({ length: MACHINES - 1 }, () => new TestMachine())];
    const results = await Promise.allSettled(machines.map((one, index) => killOften(one, seed + index, Math.ceil(ROUNDS / MACHINES))));
    const closed = await Promise.allSettled(machines.slice(1).map((one) => one.close()));
    for (const result of [...results, ...closed]) {
      if (result.status === 'rejected') {
        throw result.reason;
      }
    }
  });
});
