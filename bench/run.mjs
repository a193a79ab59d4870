// node bench/run.mjs [NAME…] [--quick] [--write] [--tools gaffer,nf,…]
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as adoption from './benchmarks/adoption.mjs';
import * as api from './benchmarks/api.mjs';
import * as cycles from './benchmarks/cycles.mjs';
import * as fanout from './benchmarks/fanout.mjs';
import * as integrity from './benchmarks/integrity.mjs';
import * as loading from './benchmarks/loading.mjs';
import * as lookupd from './benchmarks/lookupd.mjs';
import * as many from './benchmarks/many.mjs';
import * as restart from './benchmarks/restart.mjs';
import * as resting from './benchmarks/resting.mjs';
import * as revival from './benchmarks/revival.mjs';
import * as startup from './benchmarks/startup.mjs';
import * as statistics from './benchmarks/statistics.mjs';
import * as status from './benchmarks/status.mjs';
import * as stopping from './benchmarks/stopping.mjs';
import * as streams from './benchmarks/streams.mjs';
import * as throughput from './benchmarks/throughput.mjs';
import { gafferd, otherDaemons } from './daemons.mjs';
import { findPeers } from './peers.mjs';
import { makePrograms } from './programs.mjs';
import { claimsTable, terminalTable, writeResults } from './report.mjs';
import { gaffer as findGaffer } from './tools.mjs';

/**
 * What every benchmark is given.
 * @typedef {object} Bench
 * @property {boolean} quick
 * @property {import('./programs.mjs').Programs} programs
 * @property {import('./tools.mjs').Tool | undefined} gaffer
 * @property {import('./tools.mjs').Tool[]} peers
 * @property {import('./tools.mjs').Tool[]} tools gaffer, if it is there, and its peers
 * @property {import('./daemons.mjs').Daemon[]} daemons gafferd, if it is there, and those that it is measured against
 * @property {(text: string) => void} say
 */

/** @type {Record<string, { title: string, run: (bench: Bench) => Promise<import('./report.mjs').Result> }>} */
const benchmarks = {
  throughput,
  integrity,
  startup,
  many,
  stopping,
  restart,
  api,
  status,
  revival,
  loading,
  adoption,
  cycles,
  resting,
  fanout,
  streams,
  statistics,
  lookupd,
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false }, tools: { type: 'string' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}

const bench = prepare();
const claims = [];
for (const name of names) {
  const { title, run } = benchmarks[name];
  const result = await run(bench);
  console.log(`\n## ${title}`);
  for (const table of result.tables) console.log(terminalTable(table));
  claims.push(...result.claims);
  if (options.write) writeResults(join(import.meta.dirname, 'README.md'), name, result, circumstances(name, result.tools ?? bench.tools));
}
if (claims.length > 0) console.log(terminalTable(claimsTable(claims)));

/** @returns {Bench} */
function prepare() {
  const programs = makePrograms();
  if (!programs.compiled) console.log('No C compiler (cc): slower producers, and no C multiplexer to compare with.');
  const { peers: found, missing } = findPeers();
  const wanted = options.tools?.split(',');
  const chosen = (/** @type {{ name: string }} */ { name }) => !wanted || wanted.includes(name) || (name === 'gafferd' && wanted.includes('gaffer'));
  const peers = found.filter(chosen);
  const gaffer = [findGaffer()].find((tool) => tool && chosen(tool));
  const tools = gaffer ? [gaffer, ...peers] : peers;
  const allDaemons = [gafferd, ...otherDaemons()];
  const daemons = allDaemons.filter((daemon) => daemon.version !== '' && chosen(daemon));
  if (!findGaffer()) console.log('gaffer itself is not there: only its peers are measured.');
  console.log(versions([...tools, ...daemons]));
  missing.push(...allDaemons.filter(({ version }) => version === '').map(({ name }) => name));
  if (missing.length > 0) console.log(`Not installed: ${missing.join(', ')}. (apt-get install ruby-foreman supervisor)`);
  return { quick: options.quick, programs, gaffer, peers, tools, daemons, say: (text) => console.error(text) };
}

/**
 * How the results of a benchmark came about.
 * @param {string} name
 * @param {{ name: string, version: string }[]} tools that took part
 */
function circumstances(name, tools) {
  const chosen = options.tools ? ` --tools ${options.tools}` : '';
  const command = `node bench/run.mjs ${name}${options.quick ? ' --quick' : ''}${chosen} --write`;
  const date = new Date().toISOString().slice(0, 10);
  return [`\`${command}\``, date, `${cpus().length} CPUs`, 'Linux', `Node ${process.versions.node}`, versions(tools)].join(', ');
}

/** @param {{ name: string, version: string }[]} tools */
function versions(tools) {
  return tools.map((tool) => `${tool.name} ${tool.version}`).join(', ');
}
