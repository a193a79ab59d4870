import type { ChildLook, ProcessLook } from '../job/process-look.ts';
import { formatStats } from '../job/stats.ts';
import { CpuMeter } from './cpu-meter.ts';
import { ProcessOwners } from './process-owner.ts';
import type { ProcessEntry } from './process-stat.ts';
import type { SessionScan } from './session-scan.ts';
import { pageBytes, TICKS, totalMemoryBytes } from './stats-sampler.ts';

/** As many children as are told of a process, those of its children among them. */
const MOST_CHILDREN = 200;

/** Deeper ones are told beside each other. */
const MOST_LEVELS = 10;

/** A child that nobody asks for so long is forgotten. */
const FORGET_MS = 60_000;

/** A record while its children are found. */
type Growing<T> = Omit<T, 'children'> & { readonly children: Growing<ChildLook>[] };

/** Tells who the processes of jobs are, with what they have started one by one: more than anybody but clients of 0.4 asks. */
export class ProcessLooks {
  readonly #scan: SessionScan;
  readonly #owners: Pick<ProcessOwners, 'ownerOf'>;
  readonly #meters = new Map<string, { readonly meter: CpuMeter; atMs: number }>();

  constructor(scan: SessionScan, owners: Pick<ProcessOwners, 'ownerOf'> = new ProcessOwners()) {
    this.#scan = scan;
    this.#owners = owners;
  }

  /** Looks at a process that leads a session, as all do that a supervisor starts; undefined when it has ended. */
  look(osPid: number): ProcessLook | undefined {
    const { atMs, sessions } = this.#scan.now;
    const entries = sessions.under(osPid).filter(({ state }) => state !== 'Z');
    if (osPid === 0 || !entries.some(({ pid }) => pid === osPid)) {
      return undefined;
    }
    const root: Growing<ProcessLook> = { ...this.#owners.ownerOf(osPid, atMs), children: [] };
    const placed = new Map([[osPid, { at: root, level: 0 }]]);
    for (const entry of entries.filter(({ pid }) => pid !== osPid).slice(0, MOST_CHILDREN)) {
      const child: Growing<ChildLook> = { pid: entry.pid, ...this.#statsOf(entry, atMs), ...this.#owners.ownerOf(entry.pid, atMs), children: [] };
      // whose parent has ended, or was left out, is the process's own
      const { at, level } = placed.get(entry.parent) ?? { at: root, level: 0 };
      at.children.push(child);
      placed.set(entry.pid, level + 1 < MOST_LEVELS ? { at: child, level: level + 1 } : { at, level });
    }
    this.#forget(atMs);
    return root;
  }

  #statsOf({ pid, startTime, cpuTicks, vszBytes, rssPages }: ProcessEntry, atMs: number): ReturnType<typeof formatStats> {
    const point = { atMs, cpuSeconds: cpuTicks / TICKS };
    const key = `${pid} ${startTime}`;
    const known = this.#meters.get(key) ?? { meter: new CpuMeter(point), atMs };
    known.atMs = atMs;
    this.#meters.set(key, known);
    return formatStats({ rssBytes: rssPages * pageBytes(), vszBytes, cpuSeconds: point.cpuSeconds, ...known.meter.look(point) }, totalMemoryBytes());
  }

  #forget(nowMs: number): void {
    for (const [key, { atMs }] of this.#meters) {
      if (nowMs - atMs > FORGET_MS) {
        this.#meters.delete(key);
      }
    }
  }
}
