// Jobs that come and go: whether gafferd's memory is afterwards where it was.
import { httpRequest } from '../connection.mjs';
import { application, expectOk, Gafferd, gafferd } from '../daemons.mjs';
import { figure, pause } from '../figures.mjs';
import { residentMB } from '../proc.mjs';
import { claim } from '../report.mjs';

export const title = 'Jobs that come and go';

const limit = 10;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {{ name: string, config: Record<string, unknown> }} Kind
 */

/** @type {Kind[]} */
const kinds = [
  { name: 'never started', config: { cmd: '/bin/sleep', args: ['60'], start: false } },
  { name: 'with a process', config: { cmd: '/bin/sleep', args: ['60'] } },
];

/** @param {Bench} bench */
export async function run(bench) {
  const step = bench.quick ? 200 : 1000;
  const [warmUp, cycles] = [step, 10 * step];
  const rows = [];
  const claims = [];
  for (const kind of bench.daemons.includes(gafferd) ? kinds : []) {
    bench.say(`cycles: ${warmUp + cycles} jobs, ${kind.name}`);
    const { sizes, ms } = await comeAndGo(kind, warmUp + cycles, step);
    const [before] = sizes;
    const after = sizes[sizes.length - 1];
    const change = (after / before - 1) * 100;
    rows.push([kind.name, ...[0, 2, 5, 8, 10].map((index) => figure(sizes[index], 1)), figure(change, 1), figure(ms / (warmUp + cycles), 2)]);
    claims.push(claim(`memory after ${figure(cycles)} cycles, ${kind.name}: change in %`, '≤', limit, Math.abs(change), figure(change, 1)));
  }
  const marks = [0, 2, 5, 8, 10].map((index) => `RSS MB after ${figure(warmUp + index * step)}`);
  const columns = ['jobs', ...marks, 'change %', 'ms per cycle'];
  return { tables: [{ title: 'gafferd: a job loaded and unloaded, over and over', columns, rows }], claims, tools: bench.daemons };
}

/**
 * @param {Kind} kind
 * @param {number} total
 * @param {number} step how often the memory is looked at
 */
async function comeAndGo({ config }, total, step) {
  const run = new Gafferd();
  /** @type {number[]} */
  const sizes = [];
  try {
    await run.begin();
    const begun = performance.now();
    await run.through(1, async (connection) => {
      for (let cycle = 1; cycle <= total; cycle++) {
        const name = `j${cycle}`;
        expectOk(await connection.ask(httpRequest('POST', `/jobs/${application}`, JSON.stringify({ name, ...config }))));
        expectOk(await connection.ask(httpRequest('DELETE', `/jobs/${application}/${name}?wait=true`)));
        if (cycle % step === 0) {
          await pause(300);
          sizes.push(run.sum(residentMB));
        }
      }
    });
    return { sizes, ms: performance.now() - begun - sizes.length * 300 };
  } finally {
    run.close();
  }
}
