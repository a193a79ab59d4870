// What a child writes, passed on to one reader; and what becomes of gafferd when the reader stops.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Connection, httpRequest } from '../connection.mjs';
import { application, expectOk, Gafferd, gafferd } from '../daemons.mjs';
import { figure, median, pause } from '../figures.mjs';
import { preciseCpuMs, residentMB } from '../proc.mjs';
import { claim } from '../report.mjs';

export const title = 'Streams';

const megabyte = 1024 * 1024;
const line = 'a line of a log, as programs write them: 2026-11-22 INFO request 4711 answered with 200 in 12 ms';

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {{ kind: string, name: string, wanted?: number }} Way
 */

/** @type {Way[]} */
const ways = [
  { kind: 'topic', name: 'STREAM on the control channel (JSON)', wanted: 50 },
  { kind: 'channel', name: '/PID/channel (frames)', wanted: 50 },
  { kind: 'feed', name: '/streams/PID/out?feed=continuous (bytes)' },
];

/** @param {Bench} bench */
export async function run(bench) {
  if (!bench.daemons.includes(gafferd)) return { tables: [], claims: [], tools: [] };
  const size = 100;
  const rounds = bench.quick ? 2 : 7;
  const rows = [];
  const claims = [];
  for (const way of ways) {
    bench.say(`streams: ${way.name}`);
    const passed = [];
    for (let round = 0; round < rounds; round++) passed.push(await pass(way, size));
    const rate = median(passed.map(({ ms }) => (size / ms) * 1000));
    const cpu = median(passed.map(({ cpuMs }) => cpuMs / size));
    const stopped = await stop(way, 1000);
    rows.push([way.name, figure(rate), figure(cpu, 2), figure(stopped.before, 1), figure(stopped.most, 1), stopped.hasEnded ? 'yes' : 'no']);
    const growth = stopped.most - stopped.before;
    if (way.wanted) claims.push(claim(`${way.name}: MB/s to one reader`, '≥', way.wanted, rate, figure(rate)));
    claims.push(claim(`${way.name}: RSS grown by MB when the reader stops`, '≤', 32, growth, figure(growth, 1)));
  }
  const columns = ['way', 'MB/s', "gafferd's CPU ms per MB", 'RSS MB before', 'most while a reader stops', 'the child wrote all 1,000 MB then'];
  return { tables: [{ title: `${size} MB of lines from one child`, columns, rows }], claims, tools: [gafferd] };
}

/**
 * @param {Way} way
 * @param {number} size
 */
async function pass(way, size) {
  return await withWriter(size, async (own, pid) => {
    const reader = await readerOf(own, { kind: way.kind, pid, bytes: size * megabyte, stops: false });
    const before = own.sum(preciseCpuMs);
    reader.stdin.write('go\n');
    const [printed] = await once(reader.stdout, 'data');
    const cpuMs = own.sum(preciseCpuMs) - before;
    return { ms: JSON.parse(`${printed}`).ms, cpuMs };
  });
}

/**
 * @param {Way} way
 * @param {number} size
 */
async function stop(way, size) {
  return await withWriter(size, async (own, pid) => {
    const reader = await readerOf(own, { kind: way.kind, pid, bytes: size * megabyte, stops: true });
    const before = own.sum(residentMB);
    let most = before;
    reader.stdin.write('go\n');
    const ended = async () => (await own.tallyOf(pid)).includes('written');
    let hasEnded = false;
    for (const deadline = performance.now() + 15_000; !hasEnded && performance.now() < deadline; await pause(20)) {
      most = Math.max(most, own.sum(residentMB));
      hasEnded = await ended();
    }
    reader.kill('SIGKILL');
    return { before, most, hasEnded };
  });
}

/** A gafferd with one child that writes when it is told to. */
class WriterRun extends Gafferd {
  /** @param {number} pid */
  async tallyOf(pid) {
    const connection = new Connection(this.place);
    const { body } = await connection.ask(httpRequest('GET', `/${pid}/tail?lines=1&stream=err`));
    connection.close();
    return `${body}`;
  }
}

/**
 * @template T
 * @param {number} size in MB
 * @param {(run: WriterRun, pid: number) => Promise<T>} work
 */
async function withWriter(size, work) {
  const own = new WriterRun();
  try {
    await own.begin();
    const script = `read x; yes '${line}' | head -c ${size * megabyte}; echo written >&2; sleep 1000`;
    const job = { name: 'writer', cmd: script, shell: true, redirect_input: true, redirect_output: ['out', 'err'], env: {}, os_env: true };
    const connection = new Connection(own.place);
    expectOk(await connection.ask(httpRequest('POST', `/jobs/${application}`, JSON.stringify(job))));
    const { body } = await connection.ask(httpRequest('GET', `/jobs/${application}/writer/pids`));
    connection.close();
    return await work(own, JSON.parse(`${body}`).pids[0]);
  } finally {
    own.close();
  }
}

/**
 * @param {Gafferd} own
 * @param {{ kind: string, pid: number, bytes: number, stops: boolean }} how
 */
async function readerOf(own, how) {
  const script = join(import.meta.dirname, '..', 'programs', 'stream-reader.mjs');
  const reader = spawn(process.execPath, [script, JSON.stringify({ place: own.place, ...how })], {
    env: own.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(reader.stdout, 'data');
  return reader;
}
