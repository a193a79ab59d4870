// Many jobs loaded over gafferd's API, each kept on disk before it is answered: against a bare loop of spawn.
import { silentJobs } from '../crowd.mjs';
import { Gafferd, gafferd } from '../daemons.mjs';
import { figure, interleave, median } from '../figures.mjs';
import { residentMB } from '../proc.mjs';
import { claim } from '../report.mjs';
import { Session } from '../session.mjs';
import { times } from '../tally.mjs';
import { bareLoop } from '../tools.mjs';

export const title = 'Loading many jobs';

const connections = 8;
const limitMs = 60_000;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {{ ms: number, answeredMs: number, residentMB: number }} Loading
 */

/** @param {Bench} bench */
export async function run(bench) {
  const count = bench.quick ? 300 : 1000;
  bench.say(`loading: ${count} jobs`);
  const bare = { name: 'bare loop', load: () => spawnAll(bench, count) };
  const loaded = { name: 'gafferd', load: () => loadAll(bench, count) };
  const others = bench.daemons.filter((daemon) => daemon !== gafferd);
  const peers = others.map((daemon) => ({ name: daemon.name, load: () => openAll(bench, daemon, count) }));
  const own = bench.daemons.includes(gafferd) ? [loaded] : [];
  const results = await interleave(bench.quick ? 3 : 7, [bare, ...own], ({ load }) => load());
  for (const peer of peers) results.set(peer, [await peer.load()]); // once: it takes long
  const of = (/** @type {typeof bare} */ one) => results.get(one) ?? [];
  const bareMs = (/** @type {number} */ round) => of(bare)[round].ms;
  const middle = median(of(bare).map(({ ms }) => ms));
  const ratio = (/** @type {typeof bare} */ one) => median(of(one).map(({ ms }, round, { length }) => ms / (length > 1 ? bareMs(round) : middle)));
  const rows = [bare, ...own, ...peers].map((one) => [
    one.name,
    figure(median(of(one).map(({ ms }) => ms / 1000)), 2),
    figure(ratio(one), 2),
    figure(median(of(one).map(({ answeredMs }) => answeredMs / 1000)), 2),
    figure(median(of(one).map((result) => result.residentMB))),
  ]);
  const columns = ['what', 'all run: s', '× bare loop', 'all answered: s', 'RSS MB'];
  const note = `gafferd: from the first request, through ${connections} connections. The bare loop: from its first child. The others: one start of the daemon with all its jobs.`;
  const claims = own.map((one) => claim(`${count} jobs loaded over the API, × bare loop`, '≤', 1.5, ratio(one), figure(ratio(one), 2)));
  return { tables: [{ title: `${count} jobs with one process each`, columns, rows, notes: [note] }], claims, tools: bench.daemons };
}

/**
 * @param {Bench} bench
 * @param {number} count
 * @returns {Promise<Loading>}
 */
async function spawnAll(bench, count) {
  const session = new Session(bareLoop(), silentJobs(bench.programs, count));
  try {
    await session.tallied(count, limitMs);
    const starts = times(session.tally(), 'start');
    return { ms: Math.max(...starts) - Math.min(...starts), answeredMs: Number.NaN, residentMB: residentMB(session.pid) };
  } finally {
    await session.close();
  }
}

/**
 * @param {Bench} bench
 * @param {number} count
 * @returns {Promise<Loading>}
 */
async function loadAll(bench, count) {
  const run = new Gafferd();
  try {
    await run.begin();
    const begun = performance.timeOrigin + performance.now();
    await run.load(silentJobs(bench.programs, count), connections);
    const answeredMs = performance.timeOrigin + performance.now() - begun;
    await run.tallied(count);
    return { ms: Math.max(...times(run.tally(), 'start')) - begun, answeredMs, residentMB: run.sum(residentMB) };
  } finally {
    run.close();
  }
}

/**
 * @param {Bench} bench
 * @param {import('../daemons.mjs').Daemon} daemon
 * @param {number} count
 * @returns {Promise<Loading>}
 */
async function openAll(bench, daemon, count) {
  const begun = performance.timeOrigin + performance.now();
  const run = await daemon.open(silentJobs(bench.programs, count));
  try {
    return { ms: Math.max(...times(run.tally(), 'start')) - begun, answeredMs: Number.NaN, residentMB: run.sum(residentMB) };
  } finally {
    run.close();
  }
}
