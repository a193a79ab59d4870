// gaffer under one load, held against the C multiplexer and the peers under the same load.
import { median } from '../figures.mjs';

/**
 * @typedef {import('../run.mjs').Bench} Bench
 * @typedef {import('../tools.mjs').Tool} Tool
 * @typedef {import('./throughput.mjs').Cell} Cell
 * @typedef {import('./throughput.mjs').Measurement} Measurement
 */

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
 * One for each load; none without gaffer.
 * @param {Bench} bench
 * @param {Cell[]} cells
 */
export function comparisons(bench, cells) {
  const whole = bench.peers.filter((peer) => cells.every(({ results }) => results.get(peer)?.every((one) => one.broken === 0)));
  return cells.map((cell) => compare(bench, cell, whole)).filter((one) => one !== undefined);
}

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

/** @param {import('./throughput.mjs').Load} load */
export function loadName({ producers, writeSize, to }) {
  return `${producers} × ${writeSize ? '64 KiB writes' : 'line by line'}, ${to}`;
}

/**
 * @param {Measurement[]} rounds
 * @param {keyof Measurement} key
 */
export function middle(rounds, key) {
  return median(rounds.map((one) => one[key]));
}
