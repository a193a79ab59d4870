import { describe, expect, test } from 'vitest';
import { compareJobs, type FileJob, type JobDifference } from '../../src/daemon/job-difference.ts';
import type { JobConfig } from '../../src/job/config.ts';

const NOTHING: JobDifference = { unload: [], update: [], load: [], kept: [] };
const WEB = { session: 'shop', job: 'web' };

function web(more: Partial<JobConfig> = {}): FileJob {
  return { session: 'shop', config: { name: 'web', cmd: 'serve', ...more } };
}

/** [what, jobs of the file, jobs of the file before, loaded, over the API, what has to be done] */
const TABLE: readonly (readonly [string, FileJob[], FileJob[], string[], string[], Partial<JobDifference>])[] = [
  ['a new job is loaded', [web()], [], [], [], { load: [web()] }],
  ['the same job goes on', [web()], [web()], ['shop.web'], [], {}],
  ['another order of its settings is no change', [web({ cwd: '/', shell: true })], [web({ shell: true, cwd: '/' })], ['shop.web'], [], {}],
  ['another order of its environment is none', [web({ env: { A: '1', B: '2' } })], [web({ env: { B: '2', A: '1' } })], ['shop.web'], [], {}],
  ['what is said of its start is none', [web({ start: false })], [web()], ['shop.web'], [], {}],
  ['a default that is written out is none', [web({ numprocesses: 1 })], [web()], ['shop.web'], [], {}],
  ['another command is one', [web({ cmd: 'other' })], [web()], ['shop.web'], [], { update: [web({ cmd: 'other' })] }],
  ['another number is one', [web({ numprocesses: 2 })], [web()], ['shop.web'], [], { update: [web({ numprocesses: 2 })] }],
  ['a job that vanished is unloaded', [], [web()], ['shop.web'], [], { unload: [WEB] }],
  ['unless somebody has unloaded it', [], [web()], [], [], {}],
  ['one that somebody has unloaded comes back', [web()], [web()], [], [], { load: [web()] }],
  ['one that came over the API stays', [web()], [], ['shop.web'], ['shop.web'], { kept: [WEB] }],
  ['also when it was of the file before', [web({ cmd: 'other' })], [web()], ['shop.web'], ['shop.web'], { kept: [WEB] }],
  ['also when it is not in the file any more', [], [web()], ['shop.web'], ['shop.web'], {}],
  ['others that came over the API are left alone', [], [], ['shop.db'], ['shop.db'], {}],
  ['another session is another job', [{ ...web(), session: 'b' }], [web()], ['shop.web'], [], { load: [{ ...web(), session: 'b' }], unload: [WEB] }],
];

describe('the difference between a file and what runs', () => {
  test.for(TABLE)('%s', ([, wanted, before, loaded, fromApi, difference]) => {
    const running = {
      fromFile: new Map(before.map((job) => [`${job.session}.${job.config.name}`, job])),
      loaded: new Set(loaded),
      fromApi: new Set(fromApi),
    };
    expect(compareJobs(wanted, running)).toEqual({ ...NOTHING, ...difference });
  });
});
