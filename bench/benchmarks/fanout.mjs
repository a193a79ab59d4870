// One event to many WebSocket subscribers of gafferd, against a bare broadcast of the same bytes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Connection, httpRequest } from '../connection.mjs';
import { silentJobs } from '../crowd.mjs';
import { DaemonRun } from '../daemon-run.mjs';
import { application, gafferd } from '../daemons.mjs';
import { figure, interleave, median } from '../figures.mjs';
import { pinnedClient, pinning, pinServer } from '../pinning.mjs';
import { preciseCpuMs } from '../proc.mjs';
import { claim } from '../report.mjs';

export const title = 'One event to many';

const subscribers = 1000;
const limit = 1.5;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {{ ms: number[], lost: number, text: string, cpuMs: number }} Told
 * @typedef {{ name: string, run: DaemonRun, place: import('../connection.mjs').Place, path: string, subscribe: string, trigger: Buffer }} Teller
 */

/** @param {Bench} bench */
export async function run(bench) {
  if (!bench.daemons.includes(gafferd)) return { tables: [], claims: [], tools: [] };
  bench.say(`fanout: ${subscribers} subscribers`);
  const events = bench.quick ? 30 : 200;
  const own = /** @type {import('../daemons.mjs').Gafferd} */ (await gafferd.open(silentJobs(bench.programs, 1)));
  const bare = new BareBroadcast();
  try {
    const [pid] = await pidsOf(own);
    const teller = {
      name: 'gafferd: a signal sent, told to EVENTS',
      run: own,
      place: own.place,
      path: '/channel/websocket',
      subscribe: '{"event":"SUB","data":{"topic":"EVENTS"}}',
      trigger: httpRequest('POST', `/${pid}/signal`, '{"signal":"CONT"}'),
    };
    const { text } = await tell(teller, 1);
    await bare.begin(text);
    const tellers = [
      { name: 'bare broadcast of the same bytes', run: bare, place: bare.place, path: '/', subscribe: '', trigger: httpRequest('POST', '/', '{}') },
      teller,
    ];
    for (const { run: server } of tellers) pinServer(server.pid);
    const results = await interleave((bench.quick ? 3 : 7) + 1, tellers, (one) => tell(one, events));
    for (const told of results.values()) told.shift(); // the first warms up
    return { ...report(tellers, results, events), tools: [gafferd] };
  } finally {
    own.close();
    bare.close();
  }
}

/** @param {import('../daemons.mjs').Gafferd} run */
async function pidsOf(run) {
  const connection = new Connection(run.place);
  const { body } = await connection.ask(httpRequest('GET', `/jobs/${application}/s1/pids`));
  connection.close();
  return JSON.parse(`${body}`).pids;
}

/**
 * @param {Teller} teller
 * @param {number} events
 * @returns {Promise<Told>}
 */
async function tell({ run: server, place, path, subscribe, trigger }, events) {
  const how = { place, path, count: subscribers, subscribe, trigger: `${trigger}`, events };
  const script = join(import.meta.dirname, '..', 'programs', 'subscribers.mjs');
  const [file, ...args] = pinnedClient([process.execPath, script, JSON.stringify(how)]);
  const client = spawn(file, args, { env: server.env, stdio: ['pipe', 'pipe', 'inherit'] });
  await once(client.stdout, 'data');
  const before = preciseCpuMs(server.pid);
  client.stdin.write('go\n');
  let printed = '';
  while (!printed.endsWith('\n')) printed += (await once(client.stdout, 'data'))[0];
  const cpuMs = preciseCpuMs(server.pid) - before;
  client.stdin.end('done\n');
  await once(client, 'exit');
  return { ...JSON.parse(printed), cpuMs };
}

class BareBroadcast extends DaemonRun {
  constructor() {
    super('ws');
    /** @type {import('../connection.mjs').Place} */
    this.place = { host: '127.0.0.1', port: 0 };
  }

  /** @param {string} text */
  async begin(text) {
    const script = join(import.meta.dirname, '..', 'programs', 'bare-broadcast.mjs');
    const server = spawn(process.execPath, [script, text], { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', this.errors] });
    this.pid = server.pid ?? 0;
    const output = /** @type {import('node:stream').Readable} */ (server.stdout);
    const [port] = await once(output, 'data');
    this.place = { host: '127.0.0.1', port: Number(port) };
    output.destroy();
  }
}

/**
 * @param {Teller[]} tellers
 * @param {Map<Teller, Told[]>} results
 * @param {number} events
 */
function report(tellers, results, events) {
  const of = (/** @type {Teller} */ teller) => results.get(teller) ?? [];
  const [bare, own] = tellers.map(of);
  const ratio = (/** @type {(told: Told) => number} */ value) => median(own.map((told, round) => value(told) / value(bare[round])));
  const time = (/** @type {Told} */ { ms }) => median(ms);
  const cpu = (/** @type {Told} */ { cpuMs }) => cpuMs / events;
  const rows = tellers.map((teller) => {
    const told = of(teller);
    const lost = told.reduce((sum, one) => sum + one.lost, 0);
    return [teller.name, figure(median(told.map(time)), 2), figure(median(told.map(cpu)), 2), `${told[0].text.length}`, figure(lost)];
  });
  const columns = ['what', 'ms until the last has it', "server's CPU ms", 'bytes', 'subscribers that missed one'];
  const lost = own.reduce((sum, one) => sum + one.lost, 0);
  return {
    tables: [{ title: `${figure(subscribers)} subscribers, ${events} events a round, ${pinning}`, columns, rows }],
    claims: [
      claim(`one event to ${figure(subscribers)}: time, × bare broadcast`, '≤', limit, ratio(time), figure(ratio(time), 2)),
      claim(`one event to ${figure(subscribers)}: CPU, × bare broadcast`, '≤', limit, ratio(cpu), figure(ratio(cpu), 2)),
      claim('subscribers that missed an event', '≤', 0, lost, figure(lost)),
    ],
  };
}
