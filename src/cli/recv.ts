import { GafferError, messageOf, systemCode } from '../errors.ts';
import type { Connection } from './node-options.ts';
import type { PipeName } from './pipe-name.ts';

/** Makes sure that a pipe of a process can be read. @throws GafferError */
export async function readableLabel({ node }: Connection, { pid, label }: PipeName): Promise<string> {
  const info = await node.processInfo(pid);
  const labels = [...new Set([...info.redirect_output, ...info.custom_streams])];
  const name = label ?? labels[0];
  if (name === undefined || !labels.includes(name)) {
    const there = labels.length === 0 ? 'load its job with redirect_output' : `there is ${labels.join(', ')}`;
    throw new GafferError('stream_not_found', `can't read on '${name ?? pid}': ${there}`);
  }
  return name;
}

/** The end that came because nobody reads any more; that is no failure. */
const READER_GONE = -1;

/** Writes what comes out of a pipe to stdout, as it is, until its end; resolves with the exit code. */
export async function recv({ node, local }: Connection, pid: number, label: string): Promise<number> {
  const stream = await node.stream(pid, label);
  const code = await new Promise<number>((resolve, reject) => {
    let release: (() => void) | undefined;
    stream.onData((chunk) => {
      // the bytes are valid during the call only
      if (!process.stdout.write(Buffer.from(chunk))) {
        release ??= stream.hold();
      }
    });
    process.stdout.on('drain', () => {
      release?.();
      release = undefined;
    });
    process.stdout.removeAllListeners('error').on('error', (error: Error) => {
      if (systemCode(error) === 'EPIPE') {
        resolve(READER_GONE);
      } else {
        reject(new GafferError('io_failed', `cannot write to stdout: ${messageOf(error)}`, { cause: error }));
      }
    });
    stream.onEnd(() => resolve(0));
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(143));
  });
  if (code === 0) {
    await expectThere(node, local === undefined ? node.endpoint : 'the gaffer start of this folder');
    await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  }
  return Math.max(code, 0);
}

/** The end of a pipe can be the process's or the node's. @throws GafferError `unreachable` */
async function expectThere(node: Connection['node'], name: string): Promise<void> {
  try {
    await node.version();
  } catch (error) {
    throw new GafferError('unreachable', `${name} has gone away: there is nothing more to receive`, { cause: error });
  }
}
