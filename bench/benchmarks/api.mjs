// How many answers a second: of gafferd against its bare framework, and the list of all jobs against the other daemons.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Connection, httpRequest } from '../connection.mjs';
import { silentJobs } from '../crowd.mjs';
import { DaemonRun } from '../daemon-run.mjs';
import { application, httpLoad } from '../daemons.mjs';
import { figure, interleave, median } from '../figures.mjs';
import { pinnedClient, pinning, pinServer } from '../pinning.mjs';
import { claim } from '../report.mjs';

export const title = 'Answers';

const group = 100;
const connections = 8;

/** Makes each question another one: gafferd keeps an answer for a moment, and that is not what is measured. */
const another = 'n=00000000';

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../daemons.mjs').Gafferd} Gafferd
 * @typedef {{ name: string, run: DaemonRun, line: string[] }} Question
 * @typedef {{ answers: number, ms: number, length: number, cpuMs: number }} Load
 */

/** @param {Bench} bench */
export async function run(bench) {
  bench.say(`api: ${bench.daemons.map(({ name }) => name).join(', ')} with ${group} jobs each`);
  /** @type {DaemonRun[]} */
  const runs = [];
  try {
    for (const daemon of bench.daemons) runs.push(await daemon.open(silentJobs(bench.programs, group)));
    const questions = await questionsTo(bench, runs);
    for (const { pid } of runs) pinServer(pid);
    const rounds = bench.quick ? 3 : 7;
    const loads = await interleave(rounds + 1, questions, (question) => load(question)); // the first warms up
    for (const results of loads.values()) results.shift();
    return { ...report(bench, questions, loads), tools: bench.daemons };
  } finally {
    for (const one of runs) one.close();
  }
}

/**
 * @param {Bench} bench
 * @param {DaemonRun[]} runs to which the bare framework is added
 * @returns {Promise<Question[]>}
 */
async function questionsTo(bench, runs) {
  const how = { connections, seconds: bench.quick ? 1 : 3 };
  const [own, ...others] = [...runs];
  if (own.name !== 'gafferd') return runs.map((one) => listOf(one, how));
  const gafferd = /** @type {Gafferd} */ (own);
  const job = httpRequest('GET', `/jobs/${application}/s1`);
  const bare = new BareFastify();
  runs.push(bare);
  await bare.begin(`${await answerTo(gafferd, job)}`);
  return [
    { name: 'bare Fastify: nothing', run: bare, line: httpLoad(bare.place, httpRequest('GET', '/nothing'), how) },
    { name: 'bare Fastify: the same bytes', run: bare, line: httpLoad(bare.place, httpRequest('GET', `/same?${another}`), how) },
    { name: 'gafferd: a job', run: gafferd, line: httpLoad(gafferd.place, httpRequest('GET', `/jobs/${application}/s1?${another}`), how) },
    { name: 'gafferd: a job, the same question', run: gafferd, line: httpLoad(gafferd.place, job, how) },
    { name: 'gafferd: names of all jobs', run: gafferd, line: httpLoad(gafferd.place, httpRequest('GET', `/jobs/${application}`), how) },
    ...[gafferd, ...others].map((one) => listOf(one, how)),
    {
      name: 'gafferd: list of all jobs, the same question',
      run: gafferd,
      line: httpLoad(gafferd.place, httpRequest('GET', `/overview?session=${application}`), how),
    },
  ];
}

/**
 * @param {DaemonRun} run
 * @param {{ connections: number, seconds: number }} how
 */
function listOf(run, how) {
  return { name: listName(run), run, line: run.listLoad(how) };
}

/** @param {{ name: string }} daemon */
function listName({ name }) {
  return `${name}: list of all jobs`;
}

/**
 * @param {Gafferd} gafferd
 * @param {Buffer} request
 */
async function answerTo(gafferd, request) {
  const connection = new Connection(gafferd.place);
  const { body } = await connection.ask(request);
  connection.close();
  return body;
}

/**
 * @param {Question} question
 * @returns {Promise<Load>}
 */
async function load({ name, run: { env }, line }) {
  const [file, ...args] = pinnedClient(line);
  const client = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await text(client.stdout);
  if (printed === '') throw new Error(`${name}: no answer`);
  return JSON.parse(printed);
}

class BareFastify extends DaemonRun {
  constructor() {
    super('Fastify');
    /** @type {import('../connection.mjs').Place} */
    this.place = { host: '127.0.0.1', port: 0 };
  }

  /** @param {string} body */
  async begin(body) {
    const script = join(import.meta.dirname, '..', 'programs', 'bare-fastify.mjs');
    const server = spawn(process.execPath, [script, body], { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', this.errors] });
    this.pid = server.pid ?? 0;
    const output = /** @type {import('node:stream').Readable} */ (server.stdout);
    const [port] = await once(output, 'data');
    this.place = { host: '127.0.0.1', port: Number(port) };
    output.destroy();
  }
}

/**
 * @param {Bench} bench
 * @param {Question[]} questions
 * @param {Map<Question, Load[]>} loads
 * @returns {import('../report.mjs').Result}
 */
function report(bench, questions, loads) {
  const of = (/** @type {string} */ name) => {
    const found = questions.find((question) => question.name === name);
    return (found && loads.get(found)) ?? [];
  };
  const rate = (/** @type {Load} */ { answers, ms }) => (answers / ms) * 1000;
  const ratio = (/** @type {Load[]} */ some, /** @type {Load[]} */ base) => median(some.map((one, round) => rate(one) / rate(base[round])));
  const same = of('bare Fastify: the same bytes');
  const rows = questions.map(({ name }) => {
    const results = of(name);
    return [
      name,
      figure(median(results.map(rate))),
      figure(same.length > 0 ? ratio(results, same) : Number.NaN, 3),
      figure(median(results.map(({ length }) => length))),
      figure(median(results.map(({ cpuMs, ms }) => (cpuMs / ms) * 100))),
    ];
  });
  const table = {
    title: `${connections} connections (pm2: ${connections} questions under way), ${pinning}`,
    columns: ['what', 'answers/s', '× bare Fastify, same bytes', 'bytes', 'CPU % of who asks'],
    rows,
  };
  if (same.length === 0) return { tables: [table], claims: [] };
  const job = ratio(of('gafferd: a job'), same);
  const claims = bench.daemons.slice(1).map((daemon) => {
    const times = ratio(of('gafferd: list of all jobs'), of(listName(daemon)));
    return claim(`the list of ${group} jobs, × ${daemon.name}`, '≥', 10, times, figure(times, 1));
  });
  return { tables: [table], claims: [claim('a job, × bare Fastify with the same bytes', '≥', 0.7, job, figure(job, 2)), ...claims] };
}
