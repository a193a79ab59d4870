// Ctrl-C with many children that end when they are told to: how long the runner lingers after the last of them.
import { silentJobs } from '../crowd.mjs';
import { survivors } from '../environment.mjs';
import { figure, interleave, median, pause } from '../figures.mjs';
import { claim } from '../report.mjs';
import { Session } from '../session.mjs';
import { times } from '../tally.mjs';

export const title = 'Stopping';

const limitMs = 10_000;
const group = 100;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../tools.mjs').Tool} Tool
 * @typedef {{ totalMs: number, lingerMs: number, told: number, left: number }} Stop
 */

/** @param {Bench} bench */
export async function run(bench) {
  bench.say(`stopping: ${group} children`);
  const stops = await interleave(bench.quick ? 2 : 7, bench.tools, (tool) => stop(bench, tool));
  const middle = (/** @type {Tool} */ tool, /** @type {keyof Stop} */ key) => median((stops.get(tool) ?? []).map((one) => one[key]));
  const rows = bench.tools.map((tool) => [
    tool.name,
    Number.isNaN(middle(tool, 'totalMs')) ? `none in ${limitMs / 1000} s` : figure(middle(tool, 'totalMs')),
    figure(middle(tool, 'lingerMs')),
    figure(middle(tool, 'told')),
    figure(middle(tool, 'left')),
  ]);
  const columns = ['tool', 'SIGINT to exit ms', 'last child gone to exit ms', 'children ended by themselves', 'processes left'];
  const { gaffer } = bench;
  const claims = gaffer && [
    claim('last child gone to exit ms', '≤', 100, middle(gaffer, 'lingerMs'), figure(middle(gaffer, 'lingerMs'))),
    claim('processes left', '≤', 0, middle(gaffer, 'left'), figure(middle(gaffer, 'left'))),
  ];
  return { tables: [{ title: `SIGINT with ${group} children that end at once`, columns, rows }], claims: claims ?? [] };
}

/**
 * @param {Bench} bench
 * @param {Tool} tool
 * @returns {Promise<Stop>}
 */
async function stop(bench, tool) {
  const jobs = silentJobs(bench.programs, group);
  const session = new Session(tool, jobs);
  try {
    const none = { totalMs: Number.NaN, lingerMs: Number.NaN, told: Number.NaN, left: Number.NaN };
    if (!(await session.tallied(group, limitMs))) return none;
    await pause(500);
    const at = Date.now();
    session.process.kill('SIGINT');
    const exit = await session.ended(limitMs);
    const ends = times(session.tally(), 'end');
    if (exit.hung) return { ...none, told: ends.length, left: survivors().length };
    return {
      totalMs: exit.at - at,
      lingerMs: ends.length === group ? Math.max(0, exit.at - Math.max(...ends)) : Number.NaN,
      told: ends.length,
      left: survivors().length,
    };
  } finally {
    await session.close();
  }
}
