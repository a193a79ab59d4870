import { GafferError } from '../errors.ts';
import type { ProcessInfo } from '../job/info.ts';
import { sinkFor } from '../output/sink.ts';
import { didYouMean } from '../suggestion.ts';
import type { Connection } from './connection.ts';
import { Ending } from './ending.ts';
import { isLoss, type Link, lasting, lastingOn, type Patience } from './lasting.ts';
import { OutputReader } from './output-reader.ts';
import { ProcessTarget } from './process-target.ts';
import { RawOutput } from './view/raw-output.ts';

/** What is received, and for how long. */
export interface RecvChoices {
  /** The process, with `.STREAM` behind it or not. */
  readonly word: string;
  readonly stream: string | undefined;
  readonly patience: Patience;
}

/** Writes what comes out of a pipe to stdout, as it is, until its end; resolves with the exit code. @throws GafferError */
export async function recv(connection: Connection, { word, stream, patience }: RecvChoices): Promise<number> {
  const target = await ProcessTarget.find(connection, word);
  if (target.label !== undefined && stream !== undefined && target.label !== stream) {
    throw new GafferError('bad_usage', `expected one stream, got two: "${target.label}" and "${stream}"`);
  }
  const end = new Ending();
  const out = new RawOutput(sinkFor(process.stdout), end.broken);
  process.stdout.removeAllListeners('error').on('error', () => undefined); // whoever writes is told
  let reader: OutputReader | undefined;
  const read = async (link: Link): Promise<void> => {
    const hasEnded = target.exit !== undefined;
    const { watch, isAnother } = await target.watch();
    try {
      if (hasEnded && isAnother) {
        return; // nothing more of it can come
      }
      if (reader === undefined || isAnother) {
        const label = readableLabel(target.info, target.label ?? stream);
        reader = new OutputReader({ node: connection.node, label, out, from: isAnother ? 0 : undefined });
      }
      link.connected(isAnother ? `it was started anew, and this is what ${target.name} (pid ${target.pid}) writes` : undefined);
      await Promise.race([reader.read(target, watch), end.reached]);
    } finally {
      watch.end();
    }
  };
  const options = { ...lastingOn(connection, patience), nothingMore: 'there is nothing more to receive', signal: end.signal };
  try {
    await lasting(read, options);
    await Promise.race([out.drained(), end.reached]);
  } catch (error) {
    if (!isLoss(error) || target.exit === undefined) {
      throw error; // else the process had ended before the node went away
    }
  } finally {
    await end.flushed(out.drained());
  }
  end.reach(0);
  return await end.reached;
}

/** The label of an output that can be read. @throws GafferError */
function readableLabel({ pid, redirect_output, custom_streams }: ProcessInfo, label: string | undefined): string {
  const labels = [...new Set([...redirect_output, ...custom_streams])];
  const name = label ?? labels[0];
  if (name === undefined || !labels.includes(name)) {
    const there = labels.length === 0 ? 'load its job with redirect_output' : `there is ${labels.join(', ')}${didYouMean(name ?? '', labels)}`;
    throw new GafferError('stream_not_found', `can't read on '${name ?? pid}': ${there}`);
  }
  return name;
}
