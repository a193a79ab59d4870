// The measurements of all loads, as tables and as what they say of the demands.
import { figure } from '../figures.mjs';
import { claim } from '../report.mjs';
import { comparisons, loadName, middle } from './throughput-comparison.mjs';

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('./throughput.mjs').Cell} Cell
 * @typedef {import('./throughput.mjs').Measurement} Measurement
 * @typedef {import('./throughput-comparison.mjs').Comparison} Comparison
 */

/**
 * @param {Bench} bench
 * @param {Cell[]} cells
 * @returns {import('../report.mjs').Result}
 */
export function throughputResult(bench, cells) {
  const all = allToolsTable(cells);
  const own = comparisons(bench, cells);
  if (own.length === 0) return { tables: [all], claims: [] };
  return { tables: [gafferTable(own), all], claims: claims(own) };
}

/** @param {Comparison[]} own */
function gafferTable(own) {
  return {
    title: 'gaffer, by load',
    columns: [
      'load',
      'k lines/s',
      '× C mux',
      '× fastest peer',
      '× fastest that kept lines whole',
      'CPU µs per line',
      'peak RSS MB',
      'longest stall ms (worst round)',
      'lines damaged',
    ],
    rows: own.map((one) => [
      one.load,
      figure(one.rate / 1000),
      figure(one.ofMux, 2),
      one.peer ? `${figure(one.ofPeer, 1)} (${one.peer})` : '–',
      one.wholePeer ? `${figure(one.ofWhole, 1)} (${one.wholePeer})` : '–',
      figure(one.cpuMicros, 2),
      figure(one.peakMB),
      `${figure(one.stallMs, 1)} (${figure(one.worstStallMs, 1)})`,
      figure(one.damage),
    ]),
  };
}

/** @param {Cell[]} cells */
function allToolsTable(cells) {
  const tools = [...cells[0].results.keys()];
  return {
    title: 'All: thousand lines/s (CPU µs per line, peak RSS MB)',
    columns: ['load', ...tools.map((tool) => tool.name)],
    rows: cells.map(({ load, results }) => [loadName(load), ...tools.map((tool) => cellText(results.get(tool) ?? []))]),
    notes: [
      '†: lines were lost, torn, doubled, reordered or without their name in at least one round; (n hung): so many rounds came to no end.',
      'CPU is that of the tool alone, from the first producer on. Peers are given fewer lines than gaffer and the C multiplexer.',
    ],
  };
}

/** @param {Measurement[]} rounds */
function cellText(rounds) {
  const ended = rounds.filter((one) => one.rate > 0);
  const hung = ended.length < rounds.length ? ` (${rounds.length - ended.length} hung)` : '';
  const sign = (rounds.some((one) => one.damage > 0) ? ' †' : '') + hung;
  if (ended.length === 0) return `–${sign}`;
  const peak = Math.max(...ended.map((one) => one.peakMB));
  return `${figure(middle(ended, 'rate') / 1000)} (${figure(middle(ended, 'cpuMicros'), 2)}, ${figure(peak)})${sign}`;
}

/** @param {Comparison[]} own */
function claims(own) {
  const lowest = (/** @type {'ofMux' | 'ofWhole'} */ key) => extreme(own, key, (a, b) => a[key] - b[key]);
  const highest = (/** @type {'cpuMicros' | 'peakMB' | 'stallMs' | 'damage'} */ key) => extreme(own, key, (a, b) => b[key] - a[key]);
  const [mux, peer, cpu] = [lowest('ofMux'), lowest('ofWhole'), highest('cpuMicros')];
  const [peak, stall, damage] = [highest('peakMB'), highest('stallMs'), highest('damage')];
  return [
    claim('lines/s, × C mux, lowest', '≥', 0.4, mux.ofMux, `${figure(mux.ofMux, 2)} (${mux.load})`),
    ...(peer.wholePeer
      ? [
          claim(
            'lines/s, × fastest peer that kept lines whole, lowest',
            '≥',
            10,
            peer.ofWhole,
            `${figure(peer.ofWhole, 1)} (${peer.load}; ${peer.wholePeer})`,
          ),
        ]
      : []),
    claim('CPU µs per line, highest', '≤', 0.7, cpu.cpuMicros, `${figure(cpu.cpuMicros, 2)} (${cpu.load})`),
    claim('peak RSS MB, highest', '≤', 110, peak.peakMB, `${figure(peak.peakMB)} (${peak.load})`),
    claim('longest event-loop stall ms, highest median', '≤', 25, stall.stallMs, `${figure(stall.stallMs, 1)} (${stall.load})`),
    claim('lines damaged', '≤', 0, damage.damage, figure(damage.damage)),
  ];
}

/**
 * @param {Comparison[]} own
 * @param {keyof Comparison} key
 * @param {(a: Comparison, b: Comparison) => number} order
 */
function extreme(own, key, order) {
  const known = own.filter((one) => !Number.isNaN(one[key]));
  return known.sort(order)[0] ?? own[0];
}
