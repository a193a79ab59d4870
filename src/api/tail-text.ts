import type { LogSelection } from '../job/log.ts';
import type { GafferNode } from '../job/node.ts';

/** The last lines that were written, without what happened. */
export async function tailText(node: GafferNode, selection: LogSelection, lines: number): Promise<Uint8Array> {
  const entries = await node.recentLog(selection, Number.MAX_SAFE_INTEGER);
  const output = entries.flatMap((entry) => (entry.kind === 'output' ? [entry.data] : []));
  return Buffer.concat(lines === 0 ? [] : output.slice(-lines));
}
