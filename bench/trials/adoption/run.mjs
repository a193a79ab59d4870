// node bench/trials/adoption/run.mjs [--children 100] [--kills 30] [--megabytes 500] [--rounds 3]
//
// Three ways to have children outlive the daemon that reads their output, tried: the tables of docs/adoption.md.
import { parseArgs } from 'node:util';
import { figure, interleave, median } from '../../figures.mjs';
import { makePrograms } from '../../programs.mjs';
import { markdownTable } from '../../report.mjs';
import { designs } from './designs.mjs';
import { flow } from './flow.mjs';
import { killOften } from './kills.mjs';

const { values } = parseArgs({
  options: {
    children: { type: 'string', default: '100' },
    kills: { type: 'string', default: '30' },
    megabytes: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
  },
});
const [children, kills, megabytes, rounds] = [values.children, values.kills, values.megabytes, values.rounds].map(Number);
const { counter } = makePrograms();
if (counter === undefined) throw new Error('the trial needs a C compiler (cc)');

for (const perSecond of [100, 2000]) console.log(`${await killed(perSecond)}\n`);
console.log(await flowing());

/** @param {number} perSecond */
async function killed(perSecond) {
  const rows = [];
  for (const design of designs) {
    const result = await killOften(design, { children, kills, perSecond, counter: String(counter) });
    const { written, lost, lostAtEnd, repeated, torn, doubled, codesKnown, codesWrong, readyMs } = result;
    const known = `${codesKnown} of ${children}${codesWrong > 0 ? `, ${codesWrong} wrong` : ''}`;
    rows.push([
      design.name,
      ...[written, lost - lostAtEnd, lostAtEnd, repeated, torn, doubled].map((count) => figure(count)),
      known,
      figure(readyMs),
    ]);
  }
  const columns = [
    'design',
    'lines written',
    'lost in between',
    'lost at the end',
    'repeated',
    'torn',
    'children doubled',
    'exit codes known',
    'taken over after ms',
  ];
  const title = `${children} children with ${perSecond} lines of 100 bytes a second each, the daemon killed ${kills} times`;
  return markdownTable({ title, columns, rows });
}

async function flowing() {
  const results = await interleave(rounds, designs, (design) => flow(design, { children, megabytes, counter: String(counter) }));
  const rows = designs.map((design) => {
    const of = (/** @type {(one: Awaited<ReturnType<typeof flow>>) => number} */ get) => median((results.get(design) ?? []).map(get));
    return [
      design.name,
      figure(of(({ rate }) => rate)),
      figure(
        of(({ daemon, keeper }) => (daemon.cpuMs + keeper.cpuMs) / megabytes),
        2,
      ),
      figure(
        of(({ keeper }) => keeper.cpuMs / megabytes),
        2,
      ),
      figure(of(({ daemon }) => daemon.peakMB)),
      figure(of(({ keeper }) => keeper.peakMB)),
      figure(of(({ besideMB }) => besideMB)),
    ];
  });
  const columns = [
    'design',
    'MB/s',
    'CPU ms per MB',
    "the keeper's part",
    "the daemon's peak RSS MB",
    "the keeper's",
    'MB left on disk besides the log',
  ];
  return markdownTable({ title: `${children} children that write ${megabytes} MB as fast as they can (${rounds} rounds)`, columns, rows });
}
