// Few words of statistics, and how figures are written.

/** @param {number[]} values */
export function median(values) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The middle, and what is seldom worse.
 * @param {number[]} values
 * @returns {{ median: number, p99: number }} null in JSON where there is no value
 */
export function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: median(sorted), p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
}

/**
 * @param {number} value
 * @param {number} [digits] after the decimal point
 */
export function figure(value, digits = 0) {
  if (!Number.isFinite(value)) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Every round takes each of them once, so that a disturbance hits all alike.
 * @template T, R
 * @param {number} rounds
 * @param {T[]} subjects
 * @param {(subject: T, round: number) => Promise<R>} measure
 * @returns {Promise<Map<T, R[]>>}
 */
export async function interleave(rounds, subjects, measure) {
  /** @type {Map<T, R[]>} */
  const results = new Map(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) results.get(subject)?.push(await measure(subject, round));
  }
  return results;
}

/** @param {number} milliseconds */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
