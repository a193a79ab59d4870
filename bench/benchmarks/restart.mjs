// A child that dies: how soon the next one runs. And one that dies at once: how often it is tried.
import { silentJobs } from '../crowd.mjs';
import { figure, median, pause } from '../figures.mjs';
import { claim } from '../report.mjs';
import { Session } from '../session.mjs';
import { tallyFile, times } from '../tally.mjs';

export const title = 'Restarting';

const limitMs = 10_000;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../tools.mjs').Tool} Tool
 */

/** @param {Bench} bench */
export async function run(bench) {
  const seconds = bench.quick ? 3 : 10;
  const rows = [];
  const claims = [];
  for (const tool of bench.tools.filter(({ restarts }) => restarts)) {
    bench.say(`restart: ${tool.name}`);
    const killed = median(await replacements(bench, tool, 'SIGKILL'));
    const crashed = median(await replacements(bench, tool, 'SIGUSR1'));
    const starts = await startsOfFailing(bench, tool, seconds);
    rows.push([tool.name, figure(killed, 1), figure(crashed, 1), figure(starts)]);
    if (tool !== bench.gaffer) continue;
    claims.push(claim('killed child runs again, ms', '≤', 20, killed, figure(killed, 1)));
    claims.push(claim('crashed child runs again, ms', '≤', 20, crashed, figure(crashed, 1)));
  }
  const columns = ['tool', 'killed with -9: runs again after ms', 'crashed: runs again after ms', `fails at once: starts in ${seconds} s`];
  return { tables: [{ title: 'One child dies', columns, rows }], claims };
}

/**
 * Each of several children dies once, so that nothing which brakes frequent crashes is met.
 * @param {Bench} bench
 * @param {Tool} tool
 * @param {'SIGKILL' | 'SIGUSR1'} signal SIGUSR1 makes the child exit with 1
 */
async function replacements(bench, tool, signal) {
  const count = bench.quick ? 6 : 20;
  const jobs = silentJobs(bench.programs, count);
  const session = new Session(tool, jobs, { restart: true });
  try {
    if (!(await session.tallied(count, limitMs))) return [];
    await pause(1500);
    const delays = [];
    for (const { id, pid } of session.tally()) delays.push(await replacement(session, id, pid, signal));
    return delays;
  } finally {
    await session.close();
  }
}

/**
 * From the child's end, as it noted it itself or as it was killed, to the first act of the next one.
 * @param {Session} session
 * @param {number} id
 * @param {number} pid
 * @param {'SIGKILL' | 'SIGUSR1'} signal
 */
async function replacement(session, id, pid, signal) {
  const records = session.tally().length;
  const killedAt = Date.now();
  process.kill(pid, signal);
  if (!(await session.tallied(records + (signal === 'SIGKILL' ? 1 : 2), limitMs))) return Number.NaN;
  const own = session.tally().filter((record) => record.id === id);
  const [end = killedAt] = times(own, 'end');
  return times(own, 'start')[1] - end;
}

/**
 * @param {Bench} bench
 * @param {Tool} tool
 * @param {number} seconds
 */
async function startsOfFailing(bench, tool, seconds) {
  const jobs = [
    { name: 'good', command: `${bench.programs.worker} ${tallyFile} 1` },
    { name: 'bad', command: `${bench.programs.worker} ${tallyFile} 2 fail` },
  ];
  const session = new Session(tool, jobs, { restart: true });
  try {
    if (!(await session.tallied(2, limitMs))) return Number.NaN;
    await pause(seconds * 1000);
    return session.tally().filter((record) => record.id === 2).length;
  } finally {
    await session.close();
  }
}
