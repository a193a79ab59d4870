import { messageOf } from '../errors.ts';

/** Is told which process groups there are, so that somebody can end them should the supervisor die. */
export interface ChildRecord {
  add(osPid: number, startTime: string): void;
  remove(osPid: number): void;
}

/** A record whose failure (a full disk) is named in a warning and keeps nobody from running. */
export function guardedRecord(record: ChildRecord | undefined): ChildRecord {
  const attempt = (note: () => void): void => {
    try {
      note();
    } catch (error) {
      process.emitWarning(`the record of processes failed: ${messageOf(error)}`, 'GafferWarning');
    }
  };
  return {
    add: (osPid, startTime) => attempt(() => record?.add(osPid, startTime)),
    remove: (osPid) => attempt(() => record?.remove(osPid)),
  };
}
