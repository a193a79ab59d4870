import { GafferError } from '../errors.ts';

/** The folder that gaffer was started in. @throws GafferError `io_failed` */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new GafferError('io_failed', 'the current folder is not there any more: go to another one', { cause: error });
  }
}
