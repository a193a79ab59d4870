// As much as the children can write at once, with nobody killed: what goes through a design, and what that costs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../../environment.mjs';
import { peakMB, preciseCpuMs } from '../../proc.mjs';
import { makeFolder } from '../../workplace.mjs';
import { keeperIn } from './designs.mjs';

const lineLength = 100;
const megabyte = 1e6;

/**
 * @param {import('./designs.mjs').Design} design
 * @param {{ children: number, megabytes: number, counter: string }} settings
 */
export async function flow({ script }, { children, megabytes, counter }) {
  const folder = makeFolder('flow');
  const lives = join(folder, 'lives');
  mkdirSync(lives);
  const lines = Math.round((megabytes * megabyte) / children / lineLength);
  const specs = Array.from({ length: children }, (_, id) => ({ id, line: [counter, lives, String(id), String(lines), '0', String(lineLength)] }));
  writeFileSync(join(folder, 'children.json'), JSON.stringify(specs));
  const begun = performance.now();
  const daemon = spawn(process.execPath, [join(import.meta.dirname, script), folder], {
    env: environment(),
    stdio: ['ignore', 2, 2],
    detached: true,
  });
  const [own, keeper] = [new Watch(() => daemon.pid), new Watch(() => keeperIn(folder))];
  await once(daemon, 'exit');
  const ms = performance.now() - begun;
  own.stop();
  keeper.stop();
  const passed = specs.reduce((sum, { id }) => sum + statSync(join(folder, 'log', String(id))).size, 0);
  const beside = specs.reduce((sum, { id }) => sum + sizeOf(join(folder, 'pipes', String(id))), 0);
  rmSync(folder, { recursive: true, force: true });
  if (passed !== children * lines * lineLength) throw new Error(`${script}: ${passed} bytes have come through`);
  return { ms, rate: passed / megabyte / (ms / 1000), daemon: own, keeper, besideMB: beside / megabyte };
}

/** @param {string} file */
function sizeOf(file) {
  return existsSync(file) ? statSync(file).size : 0;
}

/** Looks at a process again and again, until it is gone. */
class Watch {
  cpuMs = 0;
  peakMB = 0;

  /** @param {() => number | undefined} find */
  constructor(find) {
    this.timer = setInterval(() => {
      const pid = find();
      if (pid === undefined) return;
      const peak = peakMB(pid);
      if (Number.isNaN(peak)) return;
      this.peakMB = peak;
      this.cpuMs = Math.max(this.cpuMs, preciseCpuMs(pid));
    }, 10);
  }

  stop() {
    clearInterval(this.timer);
  }
}
