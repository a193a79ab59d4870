// Where a lookupd ends: more nodes, more jobs, more events.
import { Connection, httpRequest } from '../connection.mjs';
import { pause } from '../figures.mjs';
import { ask, cpuPercent, Lookupd, Nodes } from '../lookupd.mjs';
import { preciseCpuMs, residentMB } from '../proc.mjs';
import { jobName } from '../programs/simulated-node.mjs';

const sizes = [
  { nodes: 1, jobs: 10_000 },
  { nodes: 1000, jobs: 50 },
  { nodes: 5000, jobs: 50 },
  { nodes: 5000, jobs: 100 },
];
const rates = [1000, 5000];
const seconds = 3;
const questions = 200;

/**
 * @typedef {{ rate: number, percent: number, lateMs: number, foundMs: number }} Load the 99th percentiles of answers
 * @typedef {{ nodes: number, jobs: number, s: number, cpuS: number, residentMB: number, loads: Load[], listMs: number, listMB: number }} Grown
 */

/**
 * @param {import('../run.mjs').Bench} bench
 * @returns {Promise<Grown[]>}
 */
export async function grow(bench) {
  const all = [];
  for (const size of sizes) {
    bench.say(`lookupd: ${size.nodes} nodes of ${size.jobs} jobs`);
    all.push(await growTo(size));
  }
  return all;
}

/**
 * @param {{ nodes: number, jobs: number }} size
 * @returns {Promise<Grown>}
 */
async function growTo(size) {
  const server = new Lookupd('memory');
  await server.begin();
  const nodes = new Nodes(server, size);
  try {
    const before = preciseCpuMs(server.pid);
    const { ms } = await nodes.register();
    const registered = { s: ms / 1000, cpuS: (preciseCpuMs(server.pid) - before) / 1000, residentMB: residentMB(server.pid) };
    const loads = [];
    for (const rate of rates) loads.push(await load(server, nodes, rate));
    return { ...size, ...registered, loads, ...(await list(server)) };
  } finally {
    await nodes.close();
    server.close();
  }
}

/**
 * @param {Lookupd} server
 * @param {Nodes} nodes
 * @param {number} rate
 * @returns {Promise<Load>}
 */
async function load(server, nodes, rate) {
  const paths = [`/findJob?name=${jobName(0, 0)}`];
  const all = Promise.all([nodes.churn({ rate, seconds }), ask(server, { paths, rate: questions, seconds: seconds - 1 })]);
  const [percent, [{ answeredMs }, found]] = await cpuPercent(server, all);
  await pause(500);
  return { rate, percent, lateMs: answeredMs.p99, foundMs: found.p99 };
}

/** @param {Lookupd} server */
async function list({ place }) {
  const connection = new Connection(place);
  const request = httpRequest('GET', '/jobs');
  await connection.ask(request);
  const begun = performance.now();
  const { length } = await connection.ask(request);
  connection.close();
  return { listMs: performance.now() - begun, listMB: length / 1e6 };
}
