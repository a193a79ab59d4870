import { randomInt, randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { CountingMachine, type Stretch } from '../../support/counting-machine.ts';
import { fleetProcesses, randomFrom } from '../../support/fleet.ts';
import { TestMachine, test } from '../../support/machine.ts';
import { becomes } from '../../support/processes.ts';

/** Kills in all, shared by the machines. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 200);
const MACHINES = 3;

/** How often a kill comes while gafferd starts or adopts, and how often just when much is written, 20 MB/s for a moment. */
const EARLY = 0.3;
const BURSTS = 0.3;
const BURST_BYTES = 800_000;

/** In one round of ten a kill comes in the middle of 20 MB/s that last, behind so many bytes or up to twice as many. */
const STREAM_BYTES = 10_000_000;

/** What part of that time gafferd may have to wait for a CPU where a machine is said to be fast enough, and how many such stretches say it. */
const WAITING = 0.1;
const CALM = 3;

/** How often something has to be done before a kill: a busy machine may have done nothing by then. */
const DONE = 0.5;

interface Killing {
  readonly seed: number;
  readonly rounds: number;
  /** In which round of ten. */
  readonly streamsIn: number;
}

/** Kills gafferd again and again while clients change jobs, and looks each time whether anybody has noticed. Answers in which stretches much was written. */
async function killOften(machine: TestMachine, { seed, rounds, streamsIn }: Killing): Promise<readonly Stretch[]> {
  const mark = randomUUID();
  const random = randomFrom(seed);
  const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));
  const counting = await CountingMachine.create(machine, { mark, seed });
  try {
    let daemon = await counting.start();
    for (let round = 0; round < rounds; round += 1) {
      const place = `seed ${seed}, round ${round}`;
      const streams = round % 10 === streamsIn;
      if (round > 0 && !streams && random() < EARLY) {
        daemon = counting.spawn();
        await pause(random() * 500);
        await daemon.end('SIGKILL');
        continue;
      }
      daemon = round === 0 ? daemon : await counting.start();
      expect(await counting.check(daemon), place).toEqual([]);
      expect(await counting.settle(), place).toEqual([]);
      expect((await daemon.ask('POST', '/jobs/s0', {})).status).toBe(400); // the first one takes its time
      if (streams) {
        await counting.stream(daemon, STREAM_BYTES * (1 + random()));
      }
      const { acknowledged } = counting;
      const work = Promise.all(counting.clients.map((client) => client.work(daemon.urls[0]!)));
      await pause(random() * 100);
      if (!streams && random() < BURSTS) {
        counting.burst(BURST_BYTES);
      }
      if (random() < DONE) {
        expect(await becomes(() => counting.acknowledged > acknowledged, 30_000), `${place}: something is done`).toBe(true);
      }
      await pause(10 + random() * 40);
      await counting.kill(daemon);
      expect(await work, `${place}: what was refused`).toEqual(counting.clients.map(() => undefined));
    }
    const last = await counting.start();
    expect(await counting.check(last), `seed ${seed}, at the end`).toEqual([]);
    expect(await counting.settle(), `seed ${seed}, at the end`).toEqual([]);
    expect(await counting.finish(), `seed ${seed}, at the end`).toEqual([]);
    expect((await last.end('SIGTERM')).code).toBe(0);
    expect(fleetProcesses(mark)).toEqual([]);
    return counting.stretches;
  } finally {
    await counting.close();
  }
}

/** How many megabytes a second the log has told in a stretch. */
function rateOf({ toldBytes, ms }: Stretch): number {
  return toldBytes / 1000 / ms;
}

describe('gafferd that is killed at any moment', () => {
  test(`has in ${ROUNDS} rounds no child restarted, lost or doubled, and no line or event missing or told twice`, { timeout: 400_000 }, async ({
    machine,
    annotate,
  }) => {
    const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
    const machines = [machine, ...Array.from({ length: MACHINES - 1 }, () => new TestMachine())];
    const results = await Promise.allSettled(
      machines.map((one, index) => killOften(one, { seed: seed + index, rounds: Math.ceil(ROUNDS / MACHINES), streamsIn: 3 + 3 * index })),
    );
    const closed = await Promise.allSettled(machines.slice(1).map((one) => one.close()));
    for (const result of [...results, ...closed]) {
      if (result.status === 'rejected') {
        throw result.reason;
      }
    }
    const stretches = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    await annotate(`MB/s that the log has told before a kill in the middle: ${stretches.map((one) => rateOf(one).toFixed(1)).join(' ')}`);
    expect(stretches.length).toBeGreaterThanOrEqual(Math.floor(ROUNDS / MACHINES / 10) * MACHINES);
    for (const { writtenBytes } of stretches) {
      expect(writtenBytes).toBeGreaterThanOrEqual(STREAM_BYTES);
    }
    const calm = stretches.filter((one) => one.waitedMs < WAITING * one.ms);
    if (calm.length >= CALM) {
      expect(Math.max(...calm.map(rateOf)), 'MB/s that the log has told').toBeGreaterThanOrEqual(20);
    }
  });
});
