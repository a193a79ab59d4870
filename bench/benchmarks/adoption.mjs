// A daemon killed with -9 and started again, over and over: what becomes of its children, and how soon it knows them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LineCount, livesIn } from '../counted.mjs';
import { figure, interleave, median, pause } from '../figures.mjs';
import { eventually, killDaemon, mortals } from '../mortals.mjs';
import { isAlive } from '../proc.mjs';
import { claim } from '../report.mjs';

export const title = 'A killed daemon and its children';

const [jobCount, instances] = [20, 5];
const lineLength = 100;
const perSecond = 20;
const settleMs = 2000;
const lives = 'lives';

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../mortals.mjs').MortalRun} MortalRun
 * @typedef {{ name: string, jobs: (bench: Bench, count: number) => import('../tools.mjs').Job[] }} Kind
 * @typedef {{ same: number, restarted: number, doubled: number, missing: number, knownMs: number }} Fate
 */

/** @type {Kind[]} */
const kinds = [
  { name: `that write ${perSecond} lines a second`, jobs: countingJobs },
  { name: 'that write nothing', jobs: (_bench, count) => jobsOf(count, () => '/bin/sleep 100000') },
];

/** @param {Bench} bench */
export async function run(bench) {
  if (bench.programs.counter === undefined) return { tables: [], claims: [], tools: [] }; // there is no C compiler
  const rounds = bench.quick ? 2 : 5;
  const tables = [];
  const claims = [];
  for (const kind of kinds) {
    const rows = [];
    for (const daemon of bench.daemons) {
      bench.say(`adoption: ${daemon.name}, ${kind.name}`);
      const { fates, damage } = await killedRun(bench, mortals[daemon.name](), kind, rounds);
      const sum = (/** @type {(one: Fate) => number} */ get) => fates.reduce((all, one) => all + get(one), 0);
      const counts = [sum(({ same }) => same), sum(({ restarted }) => restarted), sum(({ doubled }) => doubled), sum(({ missing }) => missing)];
      const lines =
        kind.jobs === countingJobs ? [damage.written, damage.lost, damage.repeated, damage.torn].map((count) => figure(count)) : ['–', '–', '–', '–'];
      rows.push([daemon.name, ...counts.map((count) => figure(count)), ...lines, figure(median(fates.map(({ knownMs }) => knownMs)) / 1000, 2)]);
      if (daemon.name !== 'gafferd') continue;
      const touched = rounds * jobCount * instances - counts[0];
      claims.push(claim(`children ${kind.name}: not the same process after a kill of gafferd`, '≤', 0, touched, figure(touched)));
      if (kind.jobs !== countingJobs) continue;
      const harmed = damage.lost + damage.repeated + damage.torn;
      claims.push(claim('their lines lost, repeated or torn', '≤', 0, harmed, figure(harmed)));
    }
    const columns = ['daemon', 'the same process', 'ended, another in its place', 'doubled', 'ended, none in its place'];
    columns.push('lines written', 'lost', 'repeated', 'torn', 'knows all again: s');
    tables.push({ title: `${rounds} kills, ${jobCount} jobs of ${instances} processes ${kind.name}`, columns, rows });
  }
  if (bench.daemons.some(({ name }) => name === 'gafferd')) await starts(bench, { tables, claims });
  return { tables, claims, tools: bench.daemons };
}

/**
 * @param {Bench} bench
 * @param {MortalRun} run
 * @param {Kind} kind
 * @param {number} rounds
 */
async function killedRun(bench, run, kind, rounds) {
  const fates = [];
  try {
    mkdirSync(join(run.folder, lives));
    await run.open(kind.jobs(bench, jobCount), instances);
    await knowsAll(run, jobCount * instances);
    await pause(settleMs);
    for (let round = 0; round < rounds; round++) fates.push(await fateAtKill(run));
    const written = livesIn(join(run.folder, lives));
    await pause(1000); // what they have written by now is told
    const count = new LineCount(lineLength, (line) => run.lineIn(line));
    for (const file of run.logs()) count.addFile(file);
    return { fates, damage: count.damage(written) };
  } finally {
    run.close();
  }
}

/**
 * Kills the daemon, starts it again, and looks at those that ran before.
 * @param {MortalRun} run
 * @returns {Promise<Fate>}
 */
async function fateAtKill(run) {
  const before = await run.pids();
  await killDaemon(run);
  await pause(200 + Math.random() * 300);
  const begun = performance.now();
  await run.again();
  await knowsAll(run, before.length);
  const knownMs = performance.now() - begun;
  await pause(settleMs); // whoever has lost his reader has noticed it
  const after = new Set(await run.pids());
  const alive = before.filter(isAlive);
  const strays = alive.filter((pid) => !after.has(pid));
  const fresh = [...after].filter((pid) => !before.includes(pid)).length;
  const ended = before.length - alive.length;
  for (const pid of strays) process.kill(pid, 'SIGKILL'); // the next round begins as this one did
  const restarted = Math.min(ended, Math.max(0, fresh - strays.length));
  return { same: alive.length - strays.length, restarted, doubled: strays.length, missing: ended - restarted, knownMs };
}

/**
 * @param {MortalRun} run
 * @param {number} count
 */
async function knowsAll(run, count) {
  await eventually(async () => new Set(await run.pids()).size >= count);
}

/** @type {Kind['jobs']} */
function countingJobs({ programs }, count) {
  return jobsOf(count, (id) => `${programs.counter} ${lives} ${id} 0 ${perSecond} ${lineLength}`);
}

/**
 * @param {number} count
 * @param {(id: number) => string} command
 */
function jobsOf(count, command) {
  return Array.from({ length: count }, (_, index) => ({ name: `c${index + 1}`, command: command(index + 1) }));
}

/**
 * gafferd's start with nothing to adopt, and with processes that it finds.
 * @param {Bench} bench
 * @param {{ tables: import('../report.mjs').Table[], claims: import('../report.mjs').Claim[] }} found
 */
async function starts(bench, { tables, claims }) {
  const sizes = bench.quick ? [0, 100] : [0, 100, 1000];
  bench.say(`adoption: gafferd's start with ${sizes.join(', ')} processes`);
  const subjects = sizes.map((size) => ({ size, run: mortals['gafferd']() }));
  try {
    for (const { size, run } of subjects) {
      await run.open(
        jobsOf(size / instances, () => '/bin/sleep 100000'),
        instances,
      );
      await knowsAll(run, size);
    }
    await pause(settleMs);
    const results = await interleave(bench.quick ? 3 : 9, subjects, async ({ size, run }) => {
      await killDaemon(run);
      const begun = performance.now();
      await run.again();
      const answersMs = performance.now() - begun;
      await knowsAll(run, size);
      return { answersMs, knownMs: performance.now() - begun };
    });
    const of = (/** @type {typeof subjects[number]} */ subject) => results.get(subject) ?? [];
    const none = of(subjects[0]);
    const ratio = (/** @type {typeof subjects[number]} */ subject) => median(of(subject).map(({ knownMs }, round) => knownMs / none[round].knownMs));
    const rows = subjects.map((subject) => [
      figure(subject.size),
      figure(median(of(subject).map(({ answersMs }) => answersMs))),
      figure(median(of(subject).map(({ knownMs }) => knownMs))),
      figure(ratio(subject), 2),
    ]);
    const columns = ['processes that run', 'answers after ms', 'tells of all after ms', '× with none'];
    tables.push({ title: 'gafferd killed and started again', columns, rows });
    claims.push(claim('start until 100 processes are adopted, × start with none', '≤', 2, ratio(subjects[1]), figure(ratio(subjects[1]), 2)));
  } finally {
    for (const { run } of subjects) run.close();
  }
}
