import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';

const OLDEST = [20, 19] as const;

/** When the versions of Node that gaffer is tried on get no more fixes, as their makers have said. */
const ENDS: Readonly<Record<number, string>> = { 20: '2026-04-30', 22: '2027-04-30', 24: '2028-04-30', 26: '2029-04-30' };

const say = diagnosesOf('gaffer');

/** Judges the version of Node (`v20.19.0`) that runs this. */
export function checkNodeVersion(version: string, nowMs: number): Diagnosis {
  const [, major = 0, minor = 0] = (/^v?(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  const newest = Object.keys(ENDS).at(-1) ?? '';
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return say.problem('node-version', `Node ${version} is older than gaffer needs`, `install Node ${newest}`);
  }
  const end = ENDS[major];
  if (end === undefined) {
    return say.advice('node-version', `gaffer was not tried on Node ${version}`, `install Node ${Object.keys(ENDS).join(', ')}`);
  }
  // distributions keep mending it for longer: whether this one is mended can't be seen
  return nowMs > Date.parse(`${end}T23:59:59Z`)
    ? say.advice('node-version', `Node ${version} gets no more security fixes from its makers since ${end}`, `install Node ${newest}`)
    : say.ok('node-version', `Node ${version}, which gets security fixes until ${end}`);
}
