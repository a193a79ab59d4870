// The measurements of all loads, as tables and as what they say of the demands.
import { figure, median } from '../figures.mjs';
import { claim } from '../report.mjs';

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../tools.mjs').Tool} Tool
 * @typedef {import('./throughput.mjs').Cell} Cell
 * @typedef {import('./throughput.mjs').Measurement} Measurement
 */

/**
 * @param {Bench} bench
 * @param {Cell[]} cells
 * @returns {import('../report.mjs').Result}
 */
export function throughputResult(bench, cells) {
  const all = allToolsTable(cells);
  const whole = bench.peers.filter((peer) => cells.every(({ results }) => results.get(peer)?.every((one) => one.broken === 0)));
  const own = cells.map((cell) => compare(bench, cell, whole)).filter((one) => one !== undefined);
  if (own.length === 0) return { tables: [all], claims: [] };
  return { tables: [gafferTable(own), all], claims: claims(own) };
}

/**
 * gaffer's own figures under one load, and against the others.
 * @typedef {object} Comparison
 * @property {string} load
 * @property {number} rate
 * @property {number} ofMux
 * @property {number} ofPeer of the fastest
 * @property {string} peer
 * @property {number} ofWhole of the fastest that neither lost nor tore a line under any load
 * @property {string} wholePeer
 * @property {number} cpuMicros
 * @property {number} peakMB
 * @property {number} stallMs the median of the rounds' longest
 * @property {number} worstStallMs
 * @property {number} damage
 */

/**
 * @param {Bench} bench
 * @param {Cell} cell
 * @param {Tool[]} whole
 * @returns {Comparison | undefined}
 */
function compare({ gaffer, peers }, { load, results }, whole) {
  const own = gaffer && results.get(gaffer);
  if (!own) return undefined;
  const mux = [...results].find(([tool]) => tool.name === 'C mux')?.[1];
  const rateOf = (/** @type {Tool} */ tool) => middle(results.get(tool) ?? [], 'rate');
  const fastest = (/** @type {Tool[]} */ some) => some.filter(rateOf).sort((a, b) => rateOf(b) - rateOf(a))[0];
  const [peer, wholePeer] = [fastest(peers), fastest(whole)];
  return {
    load: loadName(load),
    rate: rateOf(gaffer),
    ofMux: mux ? median(own.map((one, round) => one.rate / mux[round].rate)) : Number.NaN,
    ofPeer: peer ? rateOf(gaffer) / rateOf(peer) : Number.NaN,
    peer: peer?.name ?? '',
    ofWhole: wholePeer ? rateOf(gaffer) / rateOf(wholePeer) : Number.NaN,
    wholePeer: wholePeer?.name ?? '',
    cpuMicros: middle(own, 'cpuMicros'),
    peakMB: Math.max(...own.map((one) => one.peakMB)),
    stallMs: middle(own, 'stallMs'),
    worstStallMs: Math.max(...own.map((one) => one.stallMs)),
    damage: own.reduce((sum, one) => sum + one.damage, 0),
  };
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

/** @param {import('./throughput.mjs').Load} load */
function loadName({ producers, writeSize, to }) {
  return `${producers} × ${writeSize ? '64 KiB writes' : 'line by line'}, ${to}`;
}

/**
 * @param {Measurement[]} rounds
 * @param {keyof Measurement} key
 */
function middle(rounds, key) {
  return median(rounds.map((one) => one[key]));
}
