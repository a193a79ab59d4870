// A supervised child killed with -9: how soon the next one runs.
import { silentJobs } from '../crowd.mjs';
import { figure, interleave, median, pause } from '../figures.mjs';
import { claim } from '../report.mjs';
import { times } from '../tally.mjs';

export const title = 'A killed child of a daemon';

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../daemon-run.mjs').DaemonRun} DaemonRun
 */

/** @param {Bench} bench */
export async function run(bench) {
  const count = bench.quick ? 6 : 20;
  bench.say(`revival: ${count} children of each daemon`);
  /** @type {DaemonRun[]} */
  const runs = [];
  try {
    for (const daemon of bench.daemons) runs.push(await daemon.open(silentJobs(bench.programs, count)));
    await pause(1500); // whoever dies sooner has not begun for supervisord
    const killed = await interleave(count, runs, (one, round) => revival(one, round + 1)); // each dies once: nothing brakes it
    const rows = runs.map((one) => [one.name, figure(median(killed.get(one) ?? []), 1), figure(Math.max(...(killed.get(one) ?? [])), 1)]);
    const tables = [{ title: `${count} children, each killed once`, columns: ['daemon', 'runs again after ms', 'at the latest'], rows }];
    const own = runs.find(({ name }) => name === 'gafferd');
    if (own === undefined) return { tables, claims: [], tools: bench.daemons };
    const ms = median(killed.get(own) ?? []);
    return { tables, claims: [claim('killed child of gafferd runs again, ms', '≤', 10, ms, figure(ms, 1))], tools: bench.daemons };
  } finally {
    for (const one of runs) one.close();
  }
}

/**
 * From the kill to the first act of the next one.
 * @param {DaemonRun} run
 * @param {number} id
 */
async function revival(run, id) {
  const before = run.tally();
  const pid = before.findLast((record) => record.id === id)?.pid ?? 0;
  await pause(100);
  const killedAt = performance.timeOrigin + performance.now();
  process.kill(pid, 'SIGKILL');
  await run.tallied(before.length + 1);
  const [, next] = times(
    run.tally().filter((record) => record.id === id),
    'start',
  );
  return next - killedAt;
}
