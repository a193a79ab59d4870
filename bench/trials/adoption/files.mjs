// node files.mjs FOLDER
//
// A daemon without a keeper: each child writes to a file of its own, and the daemon reads on where the log of what it has passed on ends.
// Nothing can be lost; nothing blocks the child either, and nobody but a look at its pid tells that it has ended.
import { constants, existsSync, fstatSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './pipes.mjs';
import { isGone } from './processes.mjs';
import { Log, State } from './state.mjs';

const lookMs = 20;
const state = new State(process.argv[2]);
const block = Buffer.alloc(256 * 1024);
/** @type {Map<number, number | string>} */
const codes = new Map();

if (state.isFirst) startAll();
/** @type {Map<number, number>} */
const pids = new Map(JSON.parse(readFileSync(join(state.folder, 'pids'), 'utf8')));
for (const { id } of state.children) if (!existsSync(state.path('exits', id))) follow(id);
state.ready();

function startAll() {
  const pids = new Map();
  for (const { id, line } of state.children) {
    writeFileSync(state.path('pipes', id), '');
    const child = start(line, state.path('pipes', id), constants.O_RDWR | constants.O_APPEND);
    pids.set(id, child.pid);
    child.once('exit', (code) => codes.set(id, code ?? -1));
  }
  state.keepPids(pids);
}

/** @param {number} id */
function follow(id) {
  const log = new Log(state.path('log', id));
  const fd = openSync(state.path('pipes', id), 'r');
  const timer = setInterval(() => {
    const hasEnded = isGone(pids.get(id) ?? 0); // asked before the file is read to its end
    const { size } = fstatSync(fd);
    while (log.size < size) log.write(block.subarray(0, readSync(fd, block, 0, block.length, log.size)));
    if (!hasEnded) return;
    clearInterval(timer);
    log.close();
    state.keepExit(id, `${codes.get(id) ?? 'unknown'}`);
  }, lookMs);
}
