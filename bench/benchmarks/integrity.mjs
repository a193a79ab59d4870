// Programs that write a burst and exit at once: does each line come out once, whole, in its order?
import { figure } from '../figures.mjs';
import { add, check, damaged, noDamage, producerName } from '../ledger.mjs';
import { toFile, toKeptPipe } from '../output.mjs';
import { claim } from '../report.mjs';
import { Session } from '../session.mjs';
import { tallyFile } from '../tally.mjs';

export const title = 'Integrity of output that ends in a burst';

const limitMs = 15_000;
const length = 100;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../tools.mjs').Tool} Tool
 */

/** Taken in turn. */
const bursts = [
  { producers: 4, lines: 3_000, writeSize: 65536 },
  { producers: 4, lines: 3_000, writeSize: 0 },
  { producers: 16, lines: 1_000, writeSize: 65536 },
  { producers: 1, lines: 20_000, writeSize: 65536 },
  { producers: 16, lines: 200, writeSize: 0 },
];

/** @param {Bench} bench */
export async function run(bench) {
  const rows = [];
  const claims = [];
  for (const tool of bench.tools) {
    const own = tool === bench.gaffer;
    const runs = own ? (bench.quick ? 20 : 100) : bench.quick ? 2 : 10;
    bench.say(`integrity: ${tool.name}, ${runs} runs to a file and ${runs} to a pipe`);
    for (const to of /** @type {const} */ (['file', 'pipe'])) {
      const total = await repeat(bench, tool, to, runs);
      const { lost, torn, unnamed, doubled, reordered } = total.damage;
      rows.push([
        tool.name,
        to,
        figure(runs),
        figure(total.lines),
        ...[lost, torn, unnamed, doubled, reordered, total.bad, total.hung].map((n) => figure(n)),
      ]);
      const wrong = damaged(total.damage) + total.hung;
      if (own) claims.push(claim(`lines lost, torn, doubled or reordered in ${runs} runs to a ${to}`, '≤', 0, wrong, figure(wrong)));
    }
  }
  const columns = ['tool', 'to a', 'runs', 'lines', 'lost', 'torn', 'without its name', 'doubled', 'reordered', 'runs with damage', 'hung'];
  return { tables: [{ title: 'Bursts of numbered lines', columns, rows }], claims };
}

/**
 * @param {Bench} bench
 * @param {Tool} tool
 * @param {'file' | 'pipe'} to
 * @param {number} runs
 */
async function repeat(bench, tool, to, runs) {
  const total = { damage: noDamage(), lines: 0, bad: 0, hung: 0 };
  for (let run = 0; run < runs; run++) {
    const burst = bursts[run % bursts.length];
    const { damage, hung } = await once(bench, tool, to, burst);
    total.damage = add(total.damage, damage);
    total.lines += hung ? 0 : burst.producers * burst.lines;
    total.bad += damaged(damage) > 0 ? 1 : 0;
    total.hung += hung ? 1 : 0;
  }
  return total;
}

/**
 * @param {Bench} bench
 * @param {Tool} tool
 * @param {'file' | 'pipe'} to
 * @param {{ producers: number, lines: number, writeSize: number }} burst
 */
async function once(bench, tool, to, { producers, lines, writeSize }) {
  // A runner that stops all programs at the first exit is given programs that exit together.
  const together = tool.endsWithFirst ? ` ${tallyFile} ${producers}` : '';
  const jobs = Array.from({ length: producers }, (_, index) => ({
    name: producerName(index + 1),
    command: `${bench.programs.producer} ${index + 1} ${lines} ${length} ${writeSize}${together}`,
  }));
  const output = to === 'file' ? toFile(bench.programs.drain) : toKeptPipe;
  const session = new Session(tool, jobs, { output });
  try {
    const { hung } = await session.ended(limitMs);
    if (hung) return { damage: noDamage(), hung };
    await session.output.delivered();
    return { damage: await check(session.outputPath, { producers, lines, length }), hung };
  } finally {
    await session.close();
  }
}
