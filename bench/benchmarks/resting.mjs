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
    rows.push([daemon.name, figure(rest.residentMB), figure(rest.ticksMs), figure(rest.cpuMs, 1), figure(rest.wakeUps)]);
    if (daemon.name !== 'gafferd') continue;
    claims.push(claim(`gafferd's RSS MB with ${group} children`, '≤', 85, rest.residentMB, figure(rest.residentMB)));
    claims.push(claim(`gafferd's CPU ms in ${seconds} s: less than a tick`, '≤', tickMs, rest.cpuMs, figure(rest.cpuMs, 1)));
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
    const look = () => ({ ticksMs: cpuMs(run.pid), cpuMs: preciseCpuMs(run.pid), wakeUps: wakeUps(run.pid) });
    const before = look();
    await pause(seconds * 1000);
    const after = look();
    return {
      residentMB: residentMB(run.pid),
      ticksMs: after.ticksMs - before.ticksMs,
      cpuMs: after.cpuMs - before.cpuMs,
      wakeUps: after.wakeUps - before.wakeUps,
    };
  } finally {
    run.close();
  }
}
