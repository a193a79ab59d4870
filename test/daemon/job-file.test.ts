import { describe, expect, test } from 'vitest';
import type { FileJob } from '../../src/daemon/job-difference.ts';
import { JobFile } from '../../src/daemon/job-file.ts';
import { LoadedJobs } from '../../src/daemon/loaded-jobs.ts';
import { formatJobName, type JobName } from '../../src/job/name.ts';
import { settle } from '../support/fake-clock.ts';
import { FakeNode } from '../support/fake-node.ts';

/** A file's jobs on a node of processes on paper. */
class FileRig {
  readonly fake = new FakeNode();
  readonly fromApi: JobName[] = [];
  readonly said: string[] = [];
  readonly file: JobFile;

  constructor() {
    const kept = { names: new Set<string>() };
    Object.defineProperty(kept, 'names', { get: () => new Set(this.fromApi.map(formatJobName)) });
    const say = (message: string): void => void this.said.push(message);
    this.file = new JobFile(this.fake.supervisor, kept, new LoadedJobs(this.fake.supervisor), { warning: say, error: say });
  }

  /** Applies a file; what has to end ends. */
  async apply(...jobs: readonly FileJob[]): Promise<void> {
    const before = new Set(this.fake.running);
    const applied = this.file.apply(jobs);
    await settle();
    for (const child of this.fake.running.filter((one) => before.has(one) && this.#isTold(one.request.env['PS'] ?? ''))) {
      child.exit({ kind: 'signal', signal: 'SIGTERM' });
    }
    await Promise.race([applied, settle()]);
  }

  /** The processes that run, by name. */
  get running(): string[] {
    return this.fake.slots;
  }

  #isTold(name: string): boolean {
    return this.fake.events.types.includes('unload') && !name.startsWith('stays');
  }
}

function job(name: string, more: Partial<FileJob['config']> = {}): FileJob {
  return { session: 'test', config: { name, cmd: 'program', ...more } };
}

describe('the jobs of a file', () => {
  test('are loaded, changed and unloaded with it; what somebody has scaled stays so', async () => {
    const rig = new FileRig();
    await rig.apply(job('stays'), job('goes'));
    expect(rig.running).toEqual(['goes.1', 'stays.1']);
    await rig.fake.supervisor.scale({ session: 'test', job: 'stays' }, { op: '+', n: 1 });
    await rig.apply(job('stays'), job('comes', { numprocesses: 2 }));
    expect(rig.running).toEqual(['comes.1', 'comes.2', 'stays.1', 'stays.2']);
    expect(rig.fake.events.of('update')).toHaveLength(1);
    expect(rig.said).toEqual([]);
  });

  test('give way to those that came over the API, with a warning each time', async () => {
    const rig = new FileRig();
    await rig.fake.load('web');
    rig.fromApi.push({ session: 'test', job: 'web' });
    await rig.apply(job('web', { cmd: 'other' }));
    await rig.apply(job('web', { cmd: 'other' }));
    expect(rig.running).toEqual(['web.1']);
    expect(rig.said).toEqual(
      Array(2).fill(expect.stringMatching(/^test\.web is in the configuration, and was loaded over the API too: that one stays/)),
    );
  });

  test('that can not be loaded are told of, and the others run', async () => {
    const rig = new FileRig();
    await rig.apply(job('bad', { cmd: '' }), job('web'));
    expect(rig.said).toEqual([expect.stringMatching(/^test\.bad can't be loaded: cmd: expected/)]);
    expect(rig.running).toEqual(['web.1']);
  });
});
