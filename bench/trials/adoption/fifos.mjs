// node fifos.mjs FOLDER
//
// A daemon without a keeper: each child has a named FIFO that it has opened for reading and writing, so that it can write on while no
// daemon is there. Whoever comes next opens the FIFO by its name and reads on; the end of file tells the child's end, unless that was
// before the FIFO was opened: Linux says nothing of writers that one has never seen. So the pid is looked at too.
import { constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFifos, readFifo, start } from './pipes.mjs';
import { isGone } from './processes.mjs';
import { Log, State } from './state.mjs';

const state = new State(process.argv[2]);
/** The codes of those that this process has started itself: of no other is it ever told. @type {Map<number, Promise<number>>} */
const codes = new Map();

if (state.isFirst) startAll();
/** @type {Map<number, number>} */
const pids = new Map(JSON.parse(readFileSync(join(state.folder, 'pids'), 'utf8')));
for (const { id } of state.children) if (!existsSync(state.path('exits', id))) follow(id);
state.ready();

function startAll() {
  makeFifos(state.children.map(({ id }) => state.path('pipes', id)));
  const pids = new Map();
  for (const { id, line } of state.children) {
    const child = start(line, state.path('pipes', id), constants.O_RDWR);
    pids.set(id, child.pid);
    codes.set(id, new Promise((resolve) => child.once('exit', (code) => resolve(code ?? -1))));
  }
  state.keepPids(pids);
}

/** @param {number} id */
function follow(id) {
  const log = new Log(state.path('log', id));
  const stream = readFifo(state.path('pipes', id));
  stream.on('data', (/** @type {Buffer} */ bytes) => log.write(bytes)); // from the read until here they are nowhere but in this process
  let isOver = false;
  const over = async () => {
    if (isOver) return;
    isOver = true;
    const how = `${(await codes.get(id)) ?? 'unknown'}`;
    log.close();
    state.keepExit(id, how);
  };
  stream.once('end', over);
  if (!codes.has(id) && isGone(pids.get(id) ?? 0)) setTimeout(over, 50); // what is in the FIFO, if it was opened in time, comes first
}
