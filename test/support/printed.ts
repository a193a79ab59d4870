import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a command of a page prints, with `$U` as the node's address, without the last line break. */
export async function printed(command: string, endpoint: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { ...process.env, U: endpoint } });
  return stdout.trimEnd();
}
