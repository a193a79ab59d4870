import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { GafferError, messageOf, systemCode } from '../../errors.ts';

/** The one line of a file, `-` is stdin. @throws GafferError `bad_usage` when it can't be read, or has more */
export async function secretIn(file: string): Promise<string> {
  const content = file === '-' ? await text(process.stdin) : read(file);
  const secret = content.replace(/\r?\n$/, '');
  if (secret === '' || /[\r\n]/.test(secret)) {
    throw new GafferError('bad_usage', `--secret-file: expected one line in ${file}, got ${secret === '' ? 'nothing' : 'several'}`);
  }
  return secret;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : messageOf(error);
    throw new GafferError('bad_usage', `--secret-file: cannot read ${file}: ${why}`, { cause: error });
  }
}
