// A daemon with a hundred children that do nothing: what it weighs, and whether it sleeps.
import { silentJobs } from '../crowd.mjs';
import { figure, pause } from '../figures.mjs';
import { cpuMs, preciseCpuMs, residentMB, tickMs, wakeUps } from '../proc.mjs';
import { claim } from '../report.mjs';

export const title = 'Daemons at rest';

const group = 100;

/** @typedef {import('../run.mjs').Bench} Bench */

/** @param {Bench} bench */
export async function run(bench) {
  const seconds = bench.quick ? 3 : 10;
  const rows = [];
  const claims = [];
  for (const daemon of bench.daemons) {
    bench.say(`resting: ${daemon.name}`);
    const rest = await atRest(bench, daemon, seconds);
    for (const [index, one] of rest.entries()) {
      const name = index === 0 ? daemon.name : 'its keeper';
      rows.push([name, figure(one.residentMB), figure(one.ticksMs), figure(one.cpuMs, 1), figure(one.wakeUps)]);
    }
    if (daemon.name !== 'gafferd') continue;
    const sum = (/** @type {(one: typeof rest[number]) => number} */ get) => rest.reduce((all, one) => all + get(one), 0);
    const [own, all, cpu] = [rest[0].residentMB, sum(({ residentMB }) => residentMB), sum(({ cpuMs }) => cpuMs)];
    claims.push(claim(`RSS MB of gafferd and its keeper with ${group} children`, '≤', 85, all, `${figure(all)} (${figure(own)} gafferd's own)`));
    claims.push(claim(`CPU ms of both in ${seconds} s: less than a tick`, '≤', tickMs, cpu, figure(cpu, 1)));
  }
  const columns = ['daemon', 'RSS MB', `CPU ms in ${seconds} s, in ticks of ${tickMs}`, 'to the nanosecond', 'wake-ups'];
  return { tables: [{ title: `${group} silent children`, columns, rows }], claims, tools: bench.daemons };
}

/**
 * @param {Bench} bench
 * @param {import('../daemons.mjs').Daemon} daemon
 * @param {number} seconds
 */
async function atRest(bench, daemon, seconds) {
  const run = await daemon.open(silentJobs(bench.programs, group));
  try {
    await pause(bench.quick ? 1500 : 5000);
    const look = (/** @type {number} */ pid) => ({ ticksMs: cpuMs(pid), cpuMs: preciseCpuMs(pid), wakeUps: wakeUps(pid) });
    const before = run.own().map(look);
    await pause(seconds * 1000);
    return run.own().map((pid, index) => {
      const [then, now] = [before[index], look(pid)];
      return {
        residentMB: residentMB(pid),
        ticksMs: now.ticksMs - then.ticksMs,
        cpuMs: now.cpuMs - then.cpuMs,
        wakeUps: now.wakeUps - then.wakeUps,
      };
    });
  } finally {
    run.close();
  }
}
