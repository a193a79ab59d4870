import { appendFileSync, chmodSync, closeSync, readdirSync, rmSync, statSync, watch, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { ChildLedger } from '../runtime/child-ledger.ts';
import { ownRecord, readRecord } from '../runtime/run-record.ts';
import { systemClock } from '../supervisor/clock.ts';
import { Door } from './door.ts';
import { CRASH_FILE, READY, RECORD_FILE, SOCKET_FILE } from './files.ts';
import { socketPath } from './folder-path.ts';
import { Keeper } from './keeper.ts';

/** On this descriptor it says that it listens, or why it can't. */
const READY_FD = 3;

/** A keeper that nobody has told anything does not wait longer than that. */
const UNUSED_MS = 30_000;

const [folder = '', runId = ''] = process.argv.slice(2);
const record = join(folder, RECORD_FILE);

process.title = `gaffer-keeper ${folder}`; // whose it is, where there are several
process.once('uncaughtException', (error) => {
  writeDown(error);
  process.exit(1);
});
open().then(
  () => say(READY),
  (error: unknown) => {
    say(messageOf(error));
    process.exit(1);
  },
);

function writeDown(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  appendFileSync(join(folder, CRASH_FILE), `${new Date().toISOString()} ${text}\n`, { mode: 0o600 });
}

async function open(): Promise<void> {
  for (const name of readdirSync(folder).filter((one) => one !== CRASH_FILE)) {
    rmSync(join(folder, name), { force: true }); // of a keeper that was killed
  }
  const socket: { inode?: number | undefined } = {};
  const ledger = new ChildLedger(folder);
  const keeper = new Keeper({
    folder,
    runId,
    clock: systemClock,
    record: ledger,
    canBeFound: () => readRecord(record)?.pid === process.pid || (socket.inode !== undefined && inodeOf(join(folder, SOCKET_FILE)) === socket.inode),
    failed: writeDown,
    end: () => {
      for (const name of [RECORD_FILE, SOCKET_FILE, 'children']) {
        rmSync(join(folder, name), { force: true });
      }
      process.exit();
    },
  });
  listenToSignals(keeper);
  const door = new Door((hello, connections) => void keeper.receive(hello, connections));
  await door.open(socketPath(folder, SOCKET_FILE).path);
  chmodSync(join(folder, SOCKET_FILE), 0o600);
  socket.inode = inodeOf(join(folder, SOCKET_FILE));
  writeFileSync(record, JSON.stringify(ownRecord(runId)), { mode: 0o600 });
  watchFolder(keeper);
  systemClock.after(UNUSED_MS, () => {
    if (!keeper.isVisited && keeper.isUnused) {
      process.kill(process.pid, 'SIGTERM');
    }
  });
}

/** Somebody may remove the folder: then nobody can come any more. */
function watchFolder(keeper: Keeper): void {
  try {
    watch(folder, () => keeper.look()).on('error', () => undefined);
  } catch {
    // the system watches no more files; it looks when a gafferd goes
  }
}

/** Signals of a terminal or a service manager are for gafferd: as long as one is there, it decides what becomes of its children. */
function listenToSignals(keeper: Keeper): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(signal, () => undefined);
  }
  process.on('SIGTERM', () => {
    if (!keeper.isVisited) {
      void keeper.stop();
    }
  });
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function say(text: string): void {
  try {
    writeSync(READY_FD, text);
    closeSync(READY_FD);
  } catch {
    // nobody waits for it any more
  }
}
