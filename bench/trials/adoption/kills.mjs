// A daemon that is killed over and over while its children count; what became of their lines, and of their exit codes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCount, livesIn } from '../../counted.mjs';
import { environment } from '../../environment.mjs';
import { median, pause } from '../../figures.mjs';
import { makeFolder } from '../../workplace.mjs';

const lineLength = 100;
const lifeMs = { least: 20, most: 500 };
const awayMs = 200;

/**
 * @typedef {import('./designs.mjs').Design} Design
 * @typedef {{ children: number, kills: number, perSecond: number, counter: string }} Settings
 */
/**
 * @param {Design} design
 * @param {Settings} settings
 */
export async function killOften(design, { children, kills, perSecond, counter }) {
  const folder = makeFolder('kills');
  const lives = join(folder, 'lives');
  mkdirSync(lives);
  const seconds = (kills * (lifeMs.most + lifeMs.least + awayMs)) / 2000;
  const specs = Array.from({ length: children }, (_, id) => {
    const lines = Math.ceil(perSecond * seconds * (0.1 + (1.2 * id) / children)); // they end at all moments, some after the last kill
    return { id, line: [counter, lives, String(id), String(lines), String(perSecond), String(lineLength), String(codeOf(id))] };
  });
  writeFileSync(join(folder, 'children.json'), JSON.stringify(specs));
  const readyMs = [];
  for (let life = 0; life <= kills; life++) {
    const isLast = life === kills;
    const ready = await live(design, folder, { isFirst: life === 0, isLast });
    if (life > 0 && ready !== undefined) readyMs.push(ready);
    await pause(Math.random() * awayMs);
  }
  const count = new LineCount(lineLength);
  for (const { id } of specs) count.addFile(join(folder, 'log', String(id)));
  const exits = specs.map(({ id }) => ({ wanted: String(codeOf(id)), got: readFileSync(join(folder, 'exits', String(id)), 'utf8') }));
  const started = livesIn(lives);
  const result = {
    ...count.damage(started),
    doubled: started.length - children,
    codesKnown: exits.filter(({ wanted, got }) => got === wanted).length,
    codesWrong: exits.filter(({ wanted, got }) => got !== wanted && got !== 'unknown').length,
    readyMs: median(readyMs),
  };
  rmSync(folder, { recursive: true, force: true });
  return result;
}

/** @param {number} id */
function codeOf(id) {
  return id % 7;
}

/**
 * One life of the daemon.
 * @param {Design} design
 * @param {string} folder
 * @param {{ isFirst: boolean, isLast: boolean }} when
 * @returns {Promise<number | undefined>} when it had taken over, if it came to that
 */
async function live({ script }, folder, { isFirst, isLast }) {
  const ready = join(folder, 'ready');
  rmSync(ready, { force: true });
  const daemon = spawn(process.execPath, [join(import.meta.dirname, script), folder], {
    env: environment(),
    stdio: ['ignore', 2, 2],
    detached: true,
  });
  const gone = once(daemon, 'exit');
  if (isLast) {
    const [code] = await gone;
    if (code !== 0) throw new Error(`${script} exited with ${code}`);
    return readyIn(ready);
  }
  for (let waited = 0; isFirst && !existsSync(ready); waited += 2) {
    if (waited > 30_000) throw new Error(`${script} has not started its children`);
    await pause(2);
  }
  await Promise.race([gone, pause(lifeMs.least + Math.random() * (lifeMs.most - lifeMs.least))]);
  const wasReady = readyIn(ready);
  daemon.kill('SIGKILL');
  await gone;
  return wasReady;
}

/** @param {string} file */
function readyIn(file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text === '' ? undefined : Number(text);
}
