// node with-keeper.mjs FOLDER
//
// A daemon whose children are a keeper's: it starts one, or finds that of its predecessor, says how far each log goes, and reads on from there.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { head, kinds, onMessage } from './frames.mjs';
import { Log, State } from './state.mjs';

const state = new State(process.argv[2]);
const path = join(state.folder, 'socket');
const logs = new Map(state.children.map(({ id }) => [id, new Log(state.path('log', id))]));

if (!existsSync(path)) {
  spawn(process.execPath, [join(import.meta.dirname, 'keeper.mjs'), state.folder], { stdio: 'ignore', detached: true });
}
const keeper = await connected();
keeper.on('error', (error) => fail(`the keeper is gone: ${error.message}`));
onMessage(keeper, (kind, id, value, bytes) => {
  if (kind === kinds.bytes) take(id, value, bytes);
  if (kind === kinds.exit) ended(id, value);
  if (kind === kinds.start) state.ready();
});
for (const [id, log] of logs) keeper.write(head(kinds.taken, id, log.size));
keeper.write(head(kinds.start, 0, 0));

async function connected() {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 2))) {
    const socket = connect(path);
    const isThere = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    if (isThere) return socket;
  }
  return fail('no keeper listens');
}

/**
 * @param {number} id
 * @param {number} at
 * @param {Buffer} bytes
 */
function take(id, at, bytes) {
  const log = logs.get(id);
  if (log === undefined || log.size !== at) fail(`of child ${id} ${at} was told where ${log?.size} comes next`);
  log.write(bytes);
  keeper.write(head(kinds.taken, id, log.size));
}

/**
 * @param {number} id
 * @param {number} code
 */
function ended(id, code) {
  if (existsSync(state.path('exits', id))) return; // told again
  if (state.left === 1) keeper.write(head(kinds.over, 0, 0), () => state.keepExit(id, String(code)));
  else state.keepExit(id, String(code));
}

/** @param {string} why @returns {never} */
function fail(why) {
  console.error(why);
  process.exit(1);
}
