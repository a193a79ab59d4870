// What it costs to tell once a second what each of a thousand processes uses.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Connection, httpRequest } from '../connection.mjs';
import { silentJobs } from '../crowd.mjs';
import { application, expectOk, Gafferd, gafferd } from '../daemons.mjs';
import { figure, pause } from '../figures.mjs';
import { preciseCpuMs, residentMB } from '../proc.mjs';
import { claim } from '../report.mjs';

export const title = 'Statistics';

const count = 1000;

/** How much of a core gafferd may use for it. */
const limit = 15;

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {{ records: number }} Told
 * @typedef {{ what: string, percent: number, records: number, residentMB: number }} Cost records per second
 */

/** @param {Bench} bench */
export async function run(bench) {
  const seconds = bench.quick ? 5 : 30;
  /** @type {Cost[]} */
  const costs = [];
  const claims = [];
  if (bench.daemons.includes(gafferd)) {
    bench.say(`statistics: gafferd with ${count} jobs`);
    const jobs = await ofManyJobs(bench, seconds);
    bench.say(`statistics: gafferd with one job of ${count} processes`);
    const job = await ofOneJob(bench, seconds);
    costs.push(...jobs, ...job);
    for (const { what, percent } of [...jobs, ...job].filter(({ what }) => what.includes('feed'))) {
      claims.push(claim(`% of a core, ${what}`, '≤', limit, percent, figure(percent, 1)));
    }
  }
  const pm2 = bench.daemons.find(({ name }) => name === 'pm2');
  if (pm2) {
    bench.say(`statistics: pm2 with ${count} processes`);
    costs.push(...(await ofPm2(bench, pm2, seconds)));
  }
  const rows = costs.map(({ what, percent, records, residentMB: megabytes }) => [
    what,
    figure(percent, 1),
    records === 0 ? '–' : figure(records),
    figure(megabytes),
  ]);
  const notes = [
    `Of the daemon's own processes (gafferd's keeper is one), all threads, over ${seconds} s.`,
    'supervisord is not here: it tells nothing of CPU and memory. pm2 has a look by itself every 30 s; it is asked as `pm2 monit` asks, but once a second.',
  ];
  const table = { title: `${count} silent processes`, columns: ['what', '% of a core', 'processes told of in a second', 'RSS MB'], rows, notes };
  return { tables: [table], claims, tools: bench.daemons.filter(({ name }) => name !== 'supervisord') };
}

/**
 * A feed for each job.
 * @param {Bench} bench
 * @param {number} seconds
 */
async function ofManyJobs(bench, seconds) {
  const own = await gafferd.open(silentJobs(bench.programs, count));
  try {
    const run = /** @type {Gafferd} */ (own);
    await settle(bench);
    const unwatched = await cost(run, seconds, `gafferd, ${count} jobs, unwatched`);
    const feeds = silentJobs(bench.programs, count).map(({ name }) => new StatsFeed(run, `/jobs/${application}/${name}/stats/feed`));
    const watched = await cost(run, seconds, `gafferd, ${count} jobs, a feed of each`, feeds);
    for (const feed of feeds) feed.close();
    await pause(1000);
    const again = await cost(run, seconds, `gafferd, ${count} jobs, unwatched again`);
    const scraper = new Scraper(run);
    const scraped = await cost(run, seconds, `gafferd, ${count} jobs, /metrics once a second`, [scraper]);
    scraper.close();
    return [unwatched, watched, again, scraped];
  } finally {
    own.close();
  }
}

/**
 * One feed of one job.
 * @param {Bench} bench
 * @param {number} seconds
 */
async function ofOneJob(bench, seconds) {
  const run = new Gafferd();
  try {
    await run.begin();
    const [job] = silentJobs(bench.programs, 1);
    const body = JSON.stringify({ ...run.configOf(job), numprocesses: count });
    await run.through(1, async (connection) => expectOk(await connection.ask(httpRequest('POST', `/jobs/${application}`, body))));
    await run.tallied(count);
    await settle(bench);
    const feed = new StatsFeed(run, `/jobs/${application}/${job.name}/stats/feed`);
    const watched = await cost(run, seconds, `gafferd, one job of ${count} processes, its feed`, [feed]);
    feed.close();
    return [watched];
  } finally {
    run.close();
  }
}

/**
 * @param {Bench} bench
 * @param {import('../daemons.mjs').Daemon} daemon
 * @param {number} seconds
 */
async function ofPm2(bench, daemon, seconds) {
  const run = await daemon.open(silentJobs(bench.programs, count));
  try {
    await settle(bench);
    const unwatched = await cost(run, seconds, 'pm2, unwatched');
    const [file, ...args] = run.listLoad({ connections: 1, seconds: seconds + 4, everyMs: 1000 });
    const client = spawn(file, args, { env: run.env, stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(client, 'exit');
    await pause(2000);
    const watched = await cost(run, seconds, 'pm2, asked for its list');
    await ended;
    return [unwatched, { ...watched, records: count }];
  } finally {
    run.close();
  }
}

/** After so many starts V8 clears up. @param {Bench} bench */
async function settle({ quick }) {
  await pause(quick ? 2000 : 10_000);
}

/**
 * What a daemon uses, and what it tells meanwhile.
 * @param {import('../daemon-run.mjs').DaemonRun} daemon
 * @param {number} seconds
 * @param {string} what
 * @param {Told[]} [feeds]
 * @returns {Promise<Cost>}
 */
async function cost(daemon, seconds, what, feeds = []) {
  if (feeds.length > 0) await pause(2000); // they have begun
  const told = () => feeds.reduce((sum, feed) => sum + feed.records, 0);
  const before = { cpuMs: daemon.sum(preciseCpuMs), at: performance.now(), told: told() };
  await pause(seconds * 1000);
  const ms = performance.now() - before.at;
  const records = ((told() - before.told) / ms) * 1000;
  if (feeds.length > 0 && Math.abs(records / count - 1) > 0.25) throw new Error(`${what}: ${figure(records)} records a second came, not ${count}`);
  return { what, percent: ((daemon.sum(preciseCpuMs) - before.cpuMs) / ms) * 100, records, residentMB: daemon.sum(residentMB) };
}

/** Prometheus in a hurry; a job's memory is a record. */
class Scraper {
  /** @param {Gafferd} run */
  constructor({ place }) {
    this.records = 0;
    this.connection = new Connection(place);
    this.timer = setInterval(() => void this.#scrape(), 1000);
  }

  close() {
    clearInterval(this.timer);
    this.connection.close();
  }

  async #scrape() {
    const { body } = await this.connection.ask(httpRequest('GET', '/metrics'));
    this.records += `${body}`.split('\ngaffer_job_resident_memory_bytes{').length - 1;
  }
}

/** Somebody who reads a feed, once a second a record of each process, and only counts. */
class StatsFeed {
  /**
   * @param {Gafferd} run
   * @param {string} path
   */
  constructor({ place }, path) {
    this.records = 0;
    this.socket = connect({ ...place, noDelay: true });
    this.socket.on('data', (chunk) => {
      for (let at = chunk.indexOf('"mem_info1"'); at >= 0; at = chunk.indexOf('"mem_info1"', at + 1)) this.records += 1;
    });
    this.socket.on('error', () => {});
    this.socket.write(httpRequest('GET', `${path}?interval_ms=1000`));
  }

  close() {
    this.socket.destroy();
  }
}
