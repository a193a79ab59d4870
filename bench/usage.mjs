// What a runner uses while it works: a probe inside the Node tools, a look into /proc at the others.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMs, peakMB } from './proc.mjs';

/**
 * @typedef {object} Usage
 * @property {{ at: number, stallMs: number, cpuMs: number }[]} samples in the order of time; `stallMs` is how late the
 *   event loop was, and not known of tools that are not Node programs
 * @property {number} cpuMs the tool alone, not its children
 * @property {number} peakMB
 */

export const probeScript = join(import.meta.dirname, 'programs', 'probe.cjs');

/**
 * What the probe wrote when its process ended; nothing if that was killed.
 * @param {string} file
 * @returns {Usage | undefined}
 */
export function readProbe(file) {
  if (!statSync(file, { throwIfNoEntry: false })?.size) return undefined;
  return JSON.parse(readFileSync(file, 'utf8'));
}

export class UsageWatch {
  /** @param {number} pid */
  constructor(pid) {
    /** @type {Usage} */
    this.usage = { samples: [], cpuMs: 0, peakMB: 0 };
    this.timer = setInterval(() => this.#look(pid), 10);
  }

  stop() {
    clearInterval(this.timer);
  }

  /** @param {number} pid */
  #look(pid) {
    const [cpu, peak] = [cpuMs(pid), peakMB(pid)];
    if (Number.isNaN(cpu) || Number.isNaN(peak)) return; // it has ended
    this.usage.samples.push({ at: Date.now(), stallMs: Number.NaN, cpuMs: cpu });
    this.usage.cpuMs = cpu;
    this.usage.peakMB = peak;
  }
}

/**
 * The CPU time that was used since a moment: a tool's start-up is not its work.
 * @param {Usage} usage
 * @param {number} since
 */
export function cpuSince(usage, since) {
  const none = { at: Number.NEGATIVE_INFINITY, cpuMs: 0 };
  const before = usage.samples.findLast((sample) => sample.at <= since) ?? none;
  const after = usage.samples.find((sample) => sample.at > since) ?? before;
  const share = after.at > before.at && before !== none ? (since - before.at) / (after.at - before.at) : 0;
  return usage.cpuMs - before.cpuMs - share * (after.cpuMs - before.cpuMs);
}

/**
 * The longest time the event loop stood still since a moment.
 * @param {Usage} usage
 * @param {number} since
 */
export function longestStall(usage, since) {
  const stalls = usage.samples.filter((sample) => sample.at - sample.stallMs >= since).map((sample) => sample.stallMs);
  return stalls.length > 0 ? Math.max(...stalls) : Number.NaN;
}
