// node keeper.mjs FOLDER
//
// The parent of all children: it reads their output and hands it on to whichever daemon is connected. What a daemon has not said to have
// taken, the next one gets; without one, it stops reading after 64 KiB of each child.
import { constants, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { head, kinds, onMessage } from './frames.mjs';
import { makeFifos, readFifo, start } from './pipes.mjs';
import { State } from './state.mjs';

const most = 64 * 1024;
const state = new State(process.argv[2]);
writeFileSync(join(state.folder, 'keeper'), String(process.pid));
for (const signal of ['SIGHUP', 'SIGINT']) process.on(signal, () => {});
/** @type {import('node:net').Socket | undefined} */
let daemon;

class Output {
  /** Not taken yet, oldest first. @type {Buffer[]} */
  #chunks = [];
  /** Where the first of them begins. */
  #from = 0;
  /** Where the next will begin. */
  #to = 0;
  /** @type {string | undefined} */
  #exit;
  #isAtEnd = false;

  /**
   * @param {number} id
   * @param {import('node:net').Socket} stream
   */
  constructor(id, stream) {
    this.id = id;
    this.stream = stream;
    stream.on('data', (/** @type {Buffer} */ bytes) => this.#read(bytes));
    stream.once('end', () => {
      this.#isAtEnd = true;
      this.#tellEnd();
    });
  }

  /** @param {string} how */
  ended(how) {
    this.#exit = how;
    this.#tellEnd();
  }

  /** @param {number} offset */
  taken(offset) {
    while (this.#chunks.length > 0 && this.#from + this.#chunks[0].length <= offset) {
      this.#from += this.#chunks[0].length;
      this.#chunks.shift();
    }
    if (this.#chunks.length > 0 && offset > this.#from) {
      this.#chunks[0] = this.#chunks[0].subarray(offset - this.#from);
      this.#from = offset;
    }
    if (this.#to - this.#from < most) this.stream.resume();
  }

  /** Everything that the daemon does not have. */
  tellAgain() {
    let at = this.#from;
    for (const bytes of this.#chunks) {
      this.#tell(at, bytes);
      at += bytes.length;
    }
    this.#tellEnd();
  }

  /** @param {Buffer} bytes */
  #read(bytes) {
    this.#tell(this.#to, bytes);
    this.#chunks.push(bytes);
    this.#to += bytes.length;
    if (this.#to - this.#from >= most) this.stream.pause();
  }

  /**
   * @param {number} at
   * @param {Buffer} bytes
   */
  #tell(at, bytes) {
    if (daemon === undefined) return;
    if (daemon.writableCorked === 0) gather(daemon);
    daemon.write(head(kinds.bytes, this.id, at, bytes.length));
    daemon.write(bytes);
  }

  #tellEnd() {
    if (this.#isAtEnd && this.#exit !== undefined) daemon?.write(head(kinds.exit, this.id, Number(this.#exit)));
  }
}

/**
 * Puts into one write what is told before the loop goes on.
 * @param {import('node:net').Socket} socket
 */
function gather(socket) {
  socket.cork();
  setImmediate(() => socket.uncork());
}

/** @type {Map<number, Output>} */
const outputs = new Map();

function startAll() {
  makeFifos(state.children.map(({ id }) => state.path('pipes', id)));
  const pids = new Map();
  for (const { id, line } of state.children) {
    const stream = readFifo(state.path('pipes', id)).pause();
    const child = start(line, state.path('pipes', id), constants.O_RDWR);
    unlinkSync(state.path('pipes', id));
    pids.set(id, child.pid);
    const output = new Output(id, stream);
    child.once('exit', (code) => output.ended(String(code ?? -1)));
    outputs.set(id, output);
  }
  state.keepPids(pids);
}

createServer((socket) => {
  socket.on('error', () => {}); // it was killed
  socket.once('close', () => {
    if (daemon === socket) daemon = undefined;
  });
  onMessage(socket, (kind, id, value) => {
    if (kind === kinds.over) process.exit(0);
    if (kind === kinds.taken) outputs.get(id)?.taken(value);
    if (kind !== kinds.start) return;
    daemon = socket;
    if (outputs.size === 0) startAll();
    else for (const output of outputs.values()) output.tellAgain(); // it has said what it has
    for (const output of outputs.values()) output.taken(0); // reads, if there is room
    socket.write(head(kinds.start, 0, 0));
  });
}).listen(join(state.folder, 'socket'));
