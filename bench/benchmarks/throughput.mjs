// How many lines a second pass through, at what cost, and whether they come out whole.
import { interleave } from '../figures.mjs';
import { check, damaged, noDamage, producerName } from '../ledger.mjs';
import { toFile, toPipe } from '../output.mjs';
import { Session } from '../session.mjs';
import { tallyFile, times } from '../tally.mjs';
import { multiplexer } from '../tools.mjs';
import { cpuSince, longestStall } from '../usage.mjs';
import { throughputResult } from './throughput-result.mjs';

export const title = 'Log throughput';

const length = 100;
const limitMs = 30_000;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../tools.mjs').Tool} Tool
 */
/** @typedef {{ producers: number, writeSize: number, to: 'file' | 'pipe' }} Load */
/**
 * @typedef {object} Measurement
 * @property {number} rate lines a second; 0 if the tool did not come to an end
 * @property {number} cpuMicros
 * @property {number} peakMB
 * @property {number} stallMs
 * @property {number} broken lines lost or torn
 * @property {number} damage lines lost, torn, doubled, reordered or without their name
 */
/** @typedef {{ load: Load, results: Map<Tool, Measurement[]> }} Cell */

/** @type {Load[]} */
const loads = [1, 4, 16].flatMap((producers) =>
  [65536, 0].flatMap((writeSize) => /** @type {const} */ (['file', 'pipe']).map((to) => ({ producers, writeSize, to }))),
);

/** @type {Measurement} */
const failed = { rate: 0, cpuMicros: Number.NaN, peakMB: Number.NaN, stallMs: Number.NaN, broken: 0, damage: 0 };

/** @param {Bench} bench */
export async function run(bench) {
  const tools = [...bench.tools];
  if (bench.programs.mux) tools.unshift(multiplexer(bench.programs.mux));
  /** @type {Cell[]} */
  const cells = [];
  for (const load of loads) {
    bench.say(`throughput: ${load.producers} producers, ${load.writeSize || 'a line'} a write, to a ${load.to}`);
    const rounds = bench.quick ? 1 : 5;
    const results = await interleave(rounds, tools, (tool, round) => measure(bench, tool, load, round === 0));
    cells.push({ load, results });
  }
  return throughputResult(bench, cells);
}

/**
 * @param {Bench} bench
 * @param {Tool} tool
 * @param {Load} load
 * @param {boolean} verify
 * @returns {Promise<Measurement>}
 */
async function measure(bench, tool, load, verify) {
  const { producers, writeSize, to } = load;
  const lines = Math.ceil((tool.rate * (bench.quick ? 0.5 : 2)) / producers);
  const jobs = Array.from({ length: producers }, (_, index) => ({
    name: producerName(index + 1),
    command: `${bench.programs.producer} ${index + 1} ${lines} ${length} ${writeSize} ${tallyFile} ${producers}`,
  }));
  const output = (to === 'file' ? toFile : toPipe)(bench.programs.drain);
  const session = new Session(tool, jobs, { output, usage: true });
  try {
    const exit = await session.ended(limitMs);
    const starts = times(session.tally(), 'start');
    if (exit.hung || starts.length < producers) return failed;
    const delivery = await session.output.delivered();
    const arrived = Math.min(delivery.lines, producers * lines);
    const seconds = (delivery.at - Math.min(...starts)) / 1000;
    const usage = session.usage();
    const damage = verify && to === 'file' ? await check(session.outputPath, { producers, lines, length }) : noDamage();
    return {
      rate: arrived / seconds,
      cpuMicros: usage ? (1000 * cpuSince(usage, Math.min(...starts))) / arrived : Number.NaN,
      peakMB: usage?.peakMB ?? Number.NaN,
      stallMs: usage ? longestStall(usage, Math.max(...starts)) : Number.NaN,
      broken: Math.max(damage.lost, producers * lines - arrived) + damage.torn,
      damage: Math.max(damaged(damage), producers * lines - arrived),
    };
  } finally {
    await session.close();
  }
}
