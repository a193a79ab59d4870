// How long it takes until something is seen, as a ratio to the least that Node needs: `node -e 0`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../environment.mjs';
import { figure, interleave, median } from '../figures.mjs';
import { toListener } from '../output.mjs';
import { claim } from '../report.mjs';
import { Session } from '../session.mjs';
import { gafferCommand } from '../tools.mjs';
import { makeFolder } from '../workplace.mjs';

export const title = 'Start-up';

const limitMs = 10_000;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {{ name: string, atMost?: number, time: () => Promise<number> }} Start `atMost`: demanded, as a ratio
 */

/** @param {Bench} bench */
export async function run(bench) {
  bench.say('startup');
  const folder = makeFolder('startup');
  writeFileSync(join(folder, 'Procfile'), `web: ${bench.programs.greet}\n`);
  const base = { name: 'node -e 0', time: () => command([process.execPath, '-e', '0'], folder) };
  const starts = [base, ...(bench.gaffer ? gafferStarts(folder) : []), ...firstLines(bench)];
  const results = await interleave(bench.quick ? 5 : 21, starts, (start) => start.time());
  return report(starts, results);
}

/**
 * @param {string} folder
 * @returns {Start[]}
 */
function gafferStarts(folder) {
  return [
    { name: 'gaffer --version', atMost: 1.5, time: () => command(gafferCommand('--version'), folder) },
    { name: 'gaffer check', atMost: 3, time: () => command(gafferCommand('check'), folder) },
    { name: 'gaffer start w, and a tab', atMost: 3, time: () => command(gafferCommand('__complete', 'bash', 'gaffer start w', ':'), folder) },
  ];
}

/**
 * @param {Bench} bench
 * @returns {Start[]}
 */
function firstLines(bench) {
  return bench.tools.map((tool) => ({
    name: `${tool.name}, first line of a child`,
    atMost: tool === bench.gaffer ? 4 : undefined,
    time: () => firstLine(bench, tool),
  }));
}

/**
 * From the start to the exit; no figure if it failed.
 * @param {string[]} line
 * @param {string} cwd
 */
async function command([file, ...args], cwd) {
  const started = performance.now();
  const { status } = spawnSync(file, args, { cwd, env: environment(), stdio: 'ignore' });
  return status === 0 ? performance.now() - started : Number.NaN;
}

/**
 * From the tool's start to the arrival of its child's first line at the other end of a pipe.
 * @param {Bench} bench
 * @param {import('../tools.mjs').Tool} tool
 */
async function firstLine(bench, tool) {
  let text = '';
  let seen = () => {};
  /** @type {Promise<void>} */
  const greeted = new Promise((resolve) => {
    seen = resolve;
  });
  const output = toListener((chunk) => {
    text += chunk;
    if (text.includes('good morning')) seen();
  });
  const session = new Session(tool, [{ name: 'web', command: bench.programs.greet }], { output });
  try {
    await Promise.race([greeted, session.ended(limitMs)]);
    return text.includes('good morning') ? performance.now() - session.startedAt : Number.NaN;
  } finally {
    await session.close();
  }
}

/**
 * @param {Start[]} starts
 * @param {Map<Start, number[]>} results
 * @returns {import('../report.mjs').Result}
 */
function report(starts, results) {
  const timesOf = (/** @type {Start} */ start) => results.get(start) ?? [];
  const ratio = (/** @type {Start} */ start) => median(timesOf(start).map((time, round) => time / timesOf(starts[0])[round]));
  const rows = starts.map((start) => [start.name, figure(median(timesOf(start)), 1), figure(ratio(start), 2)]);
  const claims = starts.flatMap((start) =>
    start.atMost ? [claim(`${start.name}, × node -e 0`, '≤', start.atMost, ratio(start), figure(ratio(start), 2))] : [],
  );
  return { tables: [{ title: 'From the start to the exit, or to the first line', columns: ['what', 'ms', '× node -e 0'], rows }], claims };
}
