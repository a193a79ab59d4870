// The command that shows the list: from its start to its exit, as a ratio to the least that Node needs.
import { spawnSync } from 'node:child_process';
import { silentJobs } from '../crowd.mjs';
import { environment } from '../environment.mjs';
import { figure, interleave, median, pause } from '../figures.mjs';
import { claim } from '../report.mjs';

export const title = 'The command that shows the list';

const group = 100;
const names = new Map([
  ['gafferd', 'gaffer ps'],
  ['supervisord', 'supervisorctl status'],
  ['pm2', 'pm2 list'],
]);

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../daemon-run.mjs').DaemonRun} DaemonRun
 * @typedef {{ name: string, line: string[], env: NodeJS.ProcessEnv, of?: string }} Start
 */

/** @param {Bench} bench */
export async function run(bench) {
  bench.say(`status: ${group} processes each`);
  /** @type {DaemonRun[]} */
  const runs = [];
  try {
    for (const daemon of bench.daemons) runs.push(await daemon.open(silentJobs(bench.programs, group)));
    await pause(1500); // supervisord calls a process running after a second
    /** @type {Start[]} */
    const starts = [
      { name: 'node -e 0', line: [process.execPath, '-e', '0'], env: environment() },
      ...runs.map(({ name, statusCommand, env }) => ({ name: names.get(name) ?? name, line: statusCommand, env, of: name })),
    ];
    const results = await interleave((bench.quick ? 5 : 21) + 1, starts, async (start) => time(start)); // the first warms up
    for (const times of results.values()) times.shift();
    return { ...report(starts, results), tools: bench.daemons };
  } finally {
    for (const one of runs) one.close();
  }
}

/**
 * From the start to the exit; no figure if it failed, or did not show all of them.
 * @param {Start} start
 */
function time({ name, line: [file, ...args], env, of }) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(file, args, { env, encoding: 'utf8' });
  const ms = performance.now() - started;
  const shown = new Set(stdout.match(/\bs\d+\b/g)).size;
  if (status === 0 && (of === undefined || shown >= group)) return ms;
  console.error(`${name}: exited with ${status}, showed ${shown} of ${group}. ${stderr.slice(0, 300)}`);
  return Number.NaN;
}

/**
 * @param {Start[]} starts
 * @param {Map<Start, number[]>} results
 * @returns {import('../report.mjs').Result}
 */
function report(starts, results) {
  const [base] = starts;
  const own = starts.find(({ of }) => of === 'gafferd');
  const timesOf = (/** @type {Start} */ start) => results.get(start) ?? [];
  const ratio = (/** @type {Start} */ start, to = base) => median(timesOf(start).map((ms, round) => ms / timesOf(to)[round]));
  const rows = starts.map((start) => [start.name, figure(median(timesOf(start)), 1), figure(ratio(start), 2)]);
  const table = { title: `${group} processes: from the start to the exit`, columns: ['what', 'ms', '× node -e 0'], rows };
  if (own === undefined) return { tables: [table], claims: [] };
  const others = starts.filter(({ of }) => of !== undefined && of !== 'gafferd');
  const claims = others.map((other) => claim(`${own.name}, × ${other.name}`, '≤', 1, ratio(own, other), figure(ratio(own, other), 2)));
  return { tables: [table], claims: [claim(`${own.name}, × node -e 0`, '≤', 4, ratio(own), figure(ratio(own), 2)), ...claims] };
}
