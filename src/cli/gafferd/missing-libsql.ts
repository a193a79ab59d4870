import { GafferError, messageOf, systemCode } from '../../errors.ts';

/** Says what is missing: libsql is an optional package, for its binary is not made for every CPU. */
export function explainMissing(error: unknown): never {
  if (systemCode(error) === 'MODULE_NOT_FOUND' && messageOf(error).includes('libsql')) {
    const machine = `${process.platform} ${process.arch}`;
    const [reason = ''] = messageOf(error).split('\n', 1);
    throw new GafferError(
      'io_failed',
      `gafferd keeps its jobs with the package libsql, which is not installed or not made for ${machine}: ${reason}`,
    );
  }
  throw error;
}
