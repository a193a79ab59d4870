import { GafferError } from '../../errors.ts';
import type { GafferNode, ProcessStream } from '../../job/node.ts';
import type { ChannelMode } from '../../protocol/channel-mode.ts';

/** Which pipes of a process a channel is wanted to. */
export interface PipesRequest extends ChannelMode {
  readonly pid: number;
  /** The label of an output or a custom stream; without it the first output and stdin. */
  readonly stream: string | undefined;
}

/** The pipes that a channel reads from and writes to. */
export interface ProcessPipes {
  readonly input: ProcessStream | undefined;
  readonly output: ProcessStream | undefined;
}

/** A failure of a channel to a process, in the original's words. */
export class ChannelFailure extends Error {
  readonly errno: number;

  constructor(errno: number, reason: string) {
    super(reason);
    this.errno = errno;
  }
}

/** Finds the pipes that a client wants. @throws ChannelFailure when it can't have them */
export async function findPipes(node: GafferNode, { pid, stream, reads, writes }: PipesRequest): Promise<ProcessPipes> {
  const { redirect_output: outputs, redirect_input: hasInput, custom_streams: custom } = await infoOf(node, pid);
  if (stream !== undefined && custom.includes(stream)) {
    const both = await node.stream(pid, stream);
    return { input: writes ? both : undefined, output: both };
  }
  if (stream !== undefined && !outputs.includes(stream)) {
    throw new ChannelFailure(404, 'ENOENT');
  }
  // who names an output and reads it is told that there is no stdin as soon as he writes
  if ((reads && outputs.length === 0) || (writes && !hasInput && (stream === undefined || !reads))) {
    throw new ChannelFailure(403, 'EPERM');
  }
  return {
    input: writes && hasInput ? await node.stream(pid, 'stdin') : undefined,
    output: reads ? await node.stream(pid, stream ?? outputs[0]) : undefined,
  };
}

async function infoOf(node: GafferNode, pid: number) {
  try {
    return await node.processInfo(pid);
  } catch (error) {
    if (error instanceof GafferError && error.code === 'process_not_found') {
      throw new ChannelFailure(404, 'not_found');
    }
    throw error;
  }
}
