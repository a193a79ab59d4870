// A lookupd and a thousand nodes: against what only answers, with what it is told in memory and in etcd; and with more than that.
import { Connection, httpRequest } from '../connection.mjs';
import { pause } from '../figures.mjs';
import { ask, BareLookupd, cpuPercent, Etcd, etcd, Lookupd, lookupd, mostAnswers, Nodes } from '../lookupd.mjs';
import { preciseCpuMs, residentMB } from '../proc.mjs';
import { jobName } from '../programs/simulated-node.mjs';
import { grow } from './lookupd-growth.mjs';
import { report } from './lookupd-result.mjs';

export const title = 'A lookupd and its nodes';

const size = { nodes: 1000, jobs: 50 };
const rate = 100;
const questions = 200;
const watchers = [0, 1, 100];
const findPath = `/findJob?name=${jobName(3, 3)}`;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../lookupd.mjs').Server} Server
 * @typedef {import('../lookupd.mjs').Percentiles} Percentiles
 * @typedef {{ s: number, cpuS: number, messages: number, residentMB: number }} Registered
 * @typedef {{ watchers: number, percent: number, answeredMs: Percentiles, heardMs: Percentiles, missed: number, found: Percentiles & { bytes: number } }} Churned
 * @typedef {{ name: string, registered: Registered, restPercent: number, found: Percentiles & { bytes: number }, most: number, churned: Churned[], back?: Back }} Tried
 * @typedef {{ startedS: number, knowsS: number, completeS: number }} Back
 */

/** @param {Bench} bench */
export async function run(bench) {
  if (lookupd.version === '') return { tables: [], claims: [], tools: [] };
  const seconds = bench.quick ? 2 : 3;
  const [memory, body] = await tryStore(bench, 'memory', 'memory', seconds);
  const bare = await tryBare(bench, body, seconds);
  const shared = etcd.version === '' ? [] : [await tryEtcd(bench, seconds)];
  const grown = bench.quick ? [] : await grow(bench);
  const tools = [lookupd, ...(etcd.version === '' ? [] : [etcd])];
  return { ...report({ bare, stores: [memory, ...shared], grown, size, rate, questions }), tools };
}

/**
 * @param {Bench} bench
 * @param {number} seconds
 */
async function tryEtcd(bench, seconds) {
  const store = new Etcd();
  try {
    await store.begin();
    const [tried] = await tryStore(bench, 'etcd', store.address, seconds);
    return tried;
  } finally {
    store.close();
  }
}

/**
 * @param {Bench} bench
 * @param {string} name
 * @param {string} store
 * @param {number} seconds
 * @returns {Promise<[Tried, string]>} and what it answers to whoever looks for a job
 */
async function tryStore(bench, name, store, seconds) {
  bench.say(`lookupd: ${size.nodes} nodes of ${size.jobs} jobs, told to gaffer_lookupd, ${name}`);
  const server = new Lookupd(store);
  await server.begin();
  const nodes = new Nodes(server, size);
  try {
    const registered = await register(server, nodes);
    const body = await bodyOf(server, findPath);
    await pause(1000);
    const [restPercent] = await cpuPercent(server, pause(seconds * 1000));
    const found = await find(server, seconds);
    const most = await mostAnswers(server, { path: findPath, seconds: 1 });
    const churned = [];
    for (const count of watchers) churned.push(await churn(server, nodes, { watchers: count, seconds }));
    const back = await comeBack(server, nodes);
    return [{ name: `gaffer_lookupd, ${name}`, registered, restPercent, found, most, churned, back }, body];
  } finally {
    await nodes.close();
    server.close();
  }
}

/**
 * @param {Bench} bench
 * @param {string} body
 * @param {number} seconds
 * @returns {Promise<Tried>}
 */
async function tryBare(bench, body, seconds) {
  bench.say(`lookupd: ${size.nodes} nodes of ${size.jobs} jobs, told to a bare ws server`);
  const server = new BareLookupd();
  await server.begin(body);
  const nodes = new Nodes(server, size);
  try {
    const registered = await register(server, nodes);
    const found = await find(server, seconds);
    const most = await mostAnswers(server, { path: findPath, seconds: 1 });
    const churned = [await churn(server, nodes, { watchers: 0, seconds })];
    return { name: 'bare ws and node:http', registered, restPercent: Number.NaN, found, most, churned };
  } finally {
    await nodes.close();
    server.close();
  }
}

/**
 * @param {Server} server
 * @param {Nodes} nodes
 * @returns {Promise<Registered>}
 */
async function register(server, nodes) {
  const before = preciseCpuMs(server.pid);
  const { ms, messages } = await nodes.register();
  return { s: ms / 1000, cpuS: (preciseCpuMs(server.pid) - before) / 1000, messages, residentMB: residentMB(server.pid) };
}

/**
 * @param {Server} server
 * @param {number} seconds
 */
function find(server, seconds) {
  const paths = Array.from({ length: 50 }, (_, index) => `/findJob?name=${jobName(index, index % size.jobs)}`);
  return ask(server, { paths, rate: questions, seconds });
}

/**
 * First without questions, so that the CPU time is that of the events.
 * @param {Server} server
 * @param {Nodes} nodes
 * @param {{ watchers: number, seconds: number }} how
 * @returns {Promise<Churned>}
 */
async function churn(server, nodes, { watchers: count, seconds }) {
  if (count > 0) await nodes.watch(count);
  const [percent, { answeredMs, heardMs, missed }] = await cpuPercent(server, nodes.churn({ rate, seconds }));
  const [, found] = await Promise.all([nodes.churn({ rate, seconds: seconds + 1 }), find(server, seconds)]);
  return { watchers: count, percent, answeredMs, heardMs, missed, found };
}

/**
 * It is killed with -9 and started again at once, and all nodes want to register at the same time.
 * @param {Lookupd} server
 * @param {Nodes} nodes
 * @returns {Promise<Back>}
 */
async function comeBack(server, nodes) {
  const complete = nodes.back();
  await pause(100); // it is waited for
  await server.kill();
  const begun = performance.now();
  const [startedMs, knowsMs] = await server.restart().then(async (ms) => [ms, await knows(server, begun)]);
  await complete;
  return { startedS: startedMs / 1000, knowsS: knowsMs / 1000, completeS: (performance.now() - begun) / 1000 };
}

/**
 * Until it finds a job again.
 * @param {Server} server
 * @param {number} begun
 */
async function knows({ place }, begun) {
  const connection = new Connection(place);
  const request = httpRequest('GET', `/findJob?name=${jobName(0, 0)}`);
  for (let answer = await connection.ask(request); answer.body.includes('"sources":[]'); answer = await connection.ask(request)) await pause(2);
  connection.close();
  return performance.now() - begun;
}

/**
 * @param {Server} server
 * @param {string} path
 */
async function bodyOf({ place }, path) {
  const connection = new Connection(place);
  const { body } = await connection.ask(httpRequest('GET', path));
  connection.close();
  return `${body}`;
}
