import { type NeedWord, needOf } from '../../access/need-word.ts';
import type { Need } from '../../access/permissions.ts';
import { parseJobName } from '../../job/name.ts';
import type { Call, Operation } from '../operation.ts';
import { jobOf, pidOf, sessionOf } from '../params.ts';

/** What a call of an operation needs. @throws GafferError where its target can't be told */
export async function needOfCall({ need }: Pick<Operation, 'need'>, call: Call): Promise<Need> {
  return typeof need === 'string' ? await needInWords(need, call) : await need.of(call);
}

async function needInWords(word: NeedWord, call: Call): Promise<Need> {
  return await needOf(word, {
    session: () => sessionOf(call),
    job: () => jobOf(call),
    jobOfProcess: async () => parseJobName((await call.node.processInfo(pidOf(call))).name),
  });
}
