// The tables and claims of a lookupd.
import { figure } from '../figures.mjs';
import { pinning } from '../pinning.mjs';
import { claim } from '../report.mjs';

/**
 * @typedef {import('./lookupd.mjs').Tried} Tried
 * @typedef {import('./lookupd-growth.mjs').Grown} Grown
 * @typedef {object} Results
 * @property {Tried} bare
 * @property {Tried[]} stores the first in memory
 * @property {Grown[]} grown
 * @property {{ nodes: number, jobs: number }} size
 * @property {number} rate
 * @property {number} questions
 */

/**
 * @param {Results} results
 * @returns {import('../report.mjs').Result}
 */
export function report(results) {
  const { bare, stores, grown, rate } = results;
  const [memory] = stores;
  const [calm, one, many] = memory.churned;
  const cpu = memory.registered.cpuS / bare.registered.cpuS;
  const asked = calm.found.median / bare.churned[0].found.median;
  const missed = stores.flatMap(({ churned }) => churned).reduce((sum, churned) => sum + churned.missed, 0);
  return {
    tables: [registering(results), following(results), finding(results), returning(results), ...(grown.length > 0 ? [growing(grown)] : [])],
    claims: [
      claim('all registered: CPU, × bare ws', '≤', 2, cpu, figure(cpu, 2)),
      claim(`${rate} events a second: % of a core`, '≤', 5, calm.percent, figure(calm.percent, 1)),
      claim('the same, with 100 who follow: % of a core', '≤', 30, many.percent, figure(many.percent, 1)),
      claim('from an event to who follows, ms, 99 of 100', '≤', 10, one.heardMs.p99, figure(one.heardMs.p99, 1)),
      claim('events that somebody who follows missed', '≤', 0, missed, figure(missed)),
      claim('/findJob during that, × bare node:http, median', '≤', 2, asked, figure(asked, 2)),
      claim('/findJob during that, ms, 99 of 100', '≤', 10, calm.found.p99, figure(calm.found.p99, 1)),
      ...stores.map(({ name, back }) => {
        const s = back?.completeS ?? Number.NaN;
        return claim(`${name}: all back after kill -9, s`, '≤', 10, s, figure(s, 1));
      }),
    ],
  };
}

/** @param {Results} results */
function registering({ bare, stores, size }) {
  const rows = [bare, ...stores].map(({ name, registered: { s, cpuS, messages, residentMB }, restPercent }) => [
    name,
    figure(s, 2),
    figure(messages / s),
    figure(cpuS, 2),
    figure(cpuS / bare.registered.cpuS, 2),
    figure(residentMB),
    figure(restPercent, 1),
  ]);
  const columns = ['what', 'all registered: s', 'messages/s', "server's CPU s", '× bare', 'RSS MB', 'at rest: % of a core'];
  return { title: `${figure(size.nodes)} nodes with ${size.jobs} jobs of one process, all at once, ${pinning}`, columns, rows };
}

/** @param {Results} results */
function following({ bare, stores, rate }) {
  const rows = [bare, ...stores].flatMap(({ name, churned }) =>
    churned.map(({ watchers, percent, answeredMs, heardMs, missed }) => [
      name,
      figure(watchers),
      figure(percent, 1),
      figure(answeredMs.median, 2),
      figure(answeredMs.p99, 2),
      watchers === 0 ? '–' : figure(heardMs.median, 2),
      watchers === 0 ? '–' : figure(heardMs.p99, 2),
      watchers === 0 ? '–' : figure(missed),
    ]),
  );
  const columns = ['what', 'who follow', '% of a core', 'answered: ms', '99 of 100', 'the last who follows has it: ms', '99 of 100', 'missed'];
  return { title: `${rate} events a second: processes end and begin`, columns, rows };
}

/** @param {Results} results */
function finding({ bare, stores, rate, questions }) {
  const rows = [bare, ...stores].flatMap(({ name, found, most, churned }) => [
    [name, 'at rest', ...foundCells(found), figure(most)],
    ...churned.map((one) => [name, `${rate} events a second, ${one.watchers} follow`, ...foundCells(one.found), '–']),
  ]);
  return { title: `/findJob, ${questions} a second`, columns: ['what', 'meanwhile', 'ms', '99 of 100', 'bytes', 'at most, a second'], rows };
}

/** @param {import('../lookupd.mjs').Percentiles & { bytes: number }} found */
function foundCells({ median, p99, bytes }) {
  return [figure(median, 2), figure(p99, 2), figure(bytes)];
}

/** @param {Results} results */
function returning({ stores }) {
  const rows = stores.flatMap(({ name, back }) =>
    back ? [[name, figure(back.startedS, 2), figure(back.knowsS, 2), figure(back.completeS, 2)]] : [],
  );
  const notes = [
    'Seconds from the start of the next one. Nodes do not pause here: all try again every half second. Those of gafferd pause longer each time, and not alike.',
  ];
  return {
    title: 'Killed with -9 and started again',
    columns: ['what', 'listens', 'finds a job again', 'every node has told everything'],
    rows,
    notes,
  };
}

/** @param {Grown[]} grown */
function growing(grown) {
  const rows = grown.map(({ nodes, jobs, s, cpuS, residentMB, loads, listMs, listMB }) => [
    `${figure(nodes)} × ${figure(jobs)}`,
    figure(s, 1),
    figure(cpuS, 1),
    figure(residentMB),
    ...loads.flatMap(({ percent, lateMs, foundMs }) => [figure(percent), figure(lateMs, 1), figure(foundMs, 1)]),
    figure(listMs),
    figure(listMB, 1),
  ]);
  const perRate = grown[0].loads.flatMap(({ rate }) => [`${figure(rate)}/s: % of a core`, 'answered: ms, 99 of 100', '/findJob: ms, 99 of 100']);
  return {
    title: 'More, in memory',
    columns: ['nodes × jobs', 'all registered: s', 'CPU s', 'RSS MB', ...perRate, '/jobs: ms', '/jobs: MB'],
    rows,
  };
}
