// Hundreds of silent children: how soon they run, what the parent weighs, and whether it sleeps when they do.
import { silentJobs } from '../crowd.mjs';
import { figure, interleave, median, pause } from '../figures.mjs';
import { preciseCpuMs, residentMB, wakeUps } from '../proc.mjs';
import { claim } from '../report.mjs';
import { Session } from '../session.mjs';
import { bareLoop } from '../tools.mjs';

export const title = 'Many silent children';

const limitMs = 30_000;
const crowd = 500;
const group = 100;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../tools.mjs').Tool} Tool
 */

/** @param {Bench} bench */
export async function run(bench) {
  bench.say(`many: ${crowd} children started, then ${group} idle`);
  const tools = [bareLoop(), ...bench.tools];
  const starters = tools.filter((tool) => tool.mostChildren >= crowd);
  const starts = await interleave(bench.quick ? 3 : 5, starters, (tool) => startAll(bench, tool));
  const idles = await interleave(1, tools, (tool) => idle(bench, tool));
  return report(bench, tools, starts, idles);
}

/**
 * @param {Bench} bench
 * @param {Tool} tool
 * @param {number} count
 */
function open(bench, tool, count) {
  const jobs = silentJobs(bench.programs, count);
  return new Session(tool, jobs);
}

/**
 * @param {Bench} bench
 * @param {Tool} tool
 */
async function startAll(bench, tool) {
  const session = open(bench, tool, crowd);
  try {
    const all = await session.tallied(crowd, limitMs);
    const ms = performance.now() - session.startedAt;
    await pause(1000);
    return all ? { ms, residentMB: residentMB(session.pid) } : { ms: Number.NaN, residentMB: Number.NaN };
  } finally {
    await session.close();
  }
}

/**
 * @param {Bench} bench
 * @param {Tool} tool
 */
async function idle(bench, tool) {
  const seconds = bench.quick ? 3 : 10;
  const session = open(bench, tool, group);
  try {
    if (!(await session.tallied(group, limitMs))) return { seconds, cpuMs: Number.NaN, wakeUps: Number.NaN };
    await pause(bench.quick ? 1500 : 3000);
    const before = { cpuMs: preciseCpuMs(session.pid), wakeUps: wakeUps(session.pid) };
    await pause(seconds * 1000);
    return { seconds, cpuMs: preciseCpuMs(session.pid) - before.cpuMs, wakeUps: wakeUps(session.pid) - before.wakeUps };
  } finally {
    await session.close();
  }
}

/**
 * @param {Bench} bench
 * @param {Tool[]} tools
 * @param {Map<Tool, { ms: number, residentMB: number }[]>} starts
 * @param {Map<Tool, { seconds: number, cpuMs: number, wakeUps: number }[]>} idles
 * @returns {import('../report.mjs').Result}
 */
function report(bench, tools, starts, idles) {
  const [bare] = tools;
  const startTimes = (/** @type {Tool} */ tool) => (starts.get(tool) ?? []).map((start) => start.ms);
  const ratio = (/** @type {Tool} */ tool) => median(startTimes(tool).map((ms, round) => ms / startTimes(bare)[round]));
  const weight = (/** @type {Tool} */ tool) => median((starts.get(tool) ?? []).map((start) => start.residentMB));
  const atRest = (/** @type {Tool} */ tool) => /** @type {{ seconds: number, cpuMs: number, wakeUps: number }[]} */ (idles.get(tool))[0];
  const { seconds } = atRest(bare);
  const rows = tools.map((tool) => [
    tool.name,
    figure(median(startTimes(tool)) / 1000, 2),
    figure(ratio(tool), 2),
    figure(weight(tool)),
    figure(atRest(tool).cpuMs, 1),
    figure(atRest(tool).wakeUps),
  ]);
  const columns = ['tool', `${crowd} run: s`, '× bare loop', 'parent RSS MB', `${group} idle: CPU ms in ${seconds} s`, 'wake-ups'];
  const { gaffer } = bench;
  const claims = gaffer && [
    claim(`${crowd} silent children started, × bare loop of child_process.spawn`, '≤', 1.3, ratio(gaffer), figure(ratio(gaffer), 2)),
    claim(`parent RSS MB with ${crowd}`, '≤', 95, weight(gaffer), figure(weight(gaffer))),
    claim(`CPU ms per second with ${group} idle`, '≤', 1, atRest(gaffer).cpuMs / seconds, figure(atRest(gaffer).cpuMs / seconds, 2)),
  ];
  return { tables: [{ title: 'Silent children', columns, rows }], claims: claims ?? [] };
}
