import { createInterface } from 'node:readline';
import type { Connection } from './connection.ts';
import { Ending } from './ending.ts';
import { type Link, lasting, lastingOn, type Patience } from './lasting.ts';
import { LastingSender, type Piece } from './lasting-sender.ts';
import { ProcessTarget } from './process-target.ts';
import { expectWritable, oneStream, type SendTarget } from './send.ts';

/** The most that is shown of a line that was not sent. */
const SHOWN = 60;

/** Sends the lines of stdin to a process, until `.` or the end; resolves with the exit code. @throws GafferError */
export async function sendLines(connection: Connection, { word, stream }: SendTarget, patience: Patience): Promise<number> {
  const target = await ProcessTarget.find(connection, word);
  const label = oneStream(target.label, stream);
  const end = new Ending();
  const input = createInterface({ input: process.stdin, terminal: false });
  const lines = input[Symbol.asyncIterator](); // from now on, else the first ones are lost
  let number = 0;
  const next = async (): Promise<Piece | undefined> => {
    const { done, value: line } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done === true || line === '.') {
      end.reach(sender.isUnsure ? 1 : 0); // also while the node is waited for
      return undefined;
    }
    number += 1;
    return { bytes: Buffer.from(`${line}\n`), name: `line ${number}, ${JSON.stringify(line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line)}` };
  };
  const sender = new LastingSender(next, end.reached);
  const send = async (link: Link): Promise<void> => {
    const { watch, isAnother } = await target.watch();
    try {
      const pipe = await connection.node.stream(target.pid, expectWritable(target.info, label));
      link.connected(isAnother ? `it was started anew, and what follows goes to ${target.name} (pid ${target.pid})` : undefined);
      await sender.send({ stream: pipe, lost: watch.lost, isAnother });
    } finally {
      watch.end();
    }
  };
  try {
    await lasting(send, { ...lastingOn(connection, patience), nothingMore: 'nothing can be sent any more', signal: end.signal });
  } finally {
    sender.nameUnsent();
    input.close();
    process.stdin.pause();
  }
  return await end.reached;
}
