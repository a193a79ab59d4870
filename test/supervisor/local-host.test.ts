import { describe, expect, it, onTestFinished } from 'vitest';
import type { ProcessExit } from '../../src/job/exit.ts';
import { systemClock } from '../../src/supervisor/clock.ts';
import type { HostedProcess, PipeSettings, StartRequest } from '../../src/supervisor/host.ts';
import { LocalHost, type LocalHostOptions } from '../../src/supervisor/local-host.ts';
import { readProcess } from '../../src/supervisor/process-table.ts';
import { FakeClock } from '../support/fake-clock.ts';

const PIPES: PipeSettings = { input: false, outputs: ['stdout', 'stderr'], customStreams: [], customChannels: [] };

function host(options: Partial<LocalHostOptions> = {}): { readonly host: LocalHost; readonly record: string[] } {
  const record: string[] = [];
  const made = new LocalHost({
    clock: systemClock,
    record: { add: (osPid, startTime) => record.push(`+${osPid} ${startTime}`), remove: (osPid) => record.push(`-${osPid}`) },
    ...options,
  });
  onTestFinished(() => made.close());
  return { host: made, record };
}

function request(script: string, pipes: Partial<PipeSettings> = {}, rest: Partial<StartRequest> = {}): StartRequest {
  const env = { PATH: process.env['PATH'] ?? '' };
  const fixed = {
    id: 1,
    file: 'sh',
    args: ['-c', script],
    env,
    cwd: undefined,
    uid: undefined,
    gid: undefined,
    identity: undefined,
    note: undefined,
  };
  return { ...fixed, pipes: { ...PIPES, ...pipes }, ...rest };
}

interface Told {
  readonly process: HostedProcess;
  /** Labels and texts in their order, then the exit. */
  readonly story: string[];
  readonly exit: Promise<ProcessExit>;
}

function run(on: LocalHost, what: StartRequest): Told {
  const story: string[] = [];
  let process: HostedProcess | undefined;
  const exit = new Promise<ProcessExit>((resolve) => {
    on.start(what, {
      started: (started) => {
        process = started;
        for (const [label, stream] of started.streams) {
          stream.onData((chunk) => story.push(`${label} ${chunk.toString().trim()}`));
        }
      },
      exited: (ended) => {
        story.push('exited');
        resolve(ended);
      },
    });
  });
  if (process === undefined) {
    throw new Error('it was not told within start() that the process was started');
  }
  return { process, story, exit };
}

describe('a host in this process', () => {
  it('tells of a start at once, and of an exit behind the output', async () => {
    const { host: on } = host();
    await on.prepare(2);
    const told = run(on, request('echo one; echo two >&2; exit 3'));
    expect(told.process.osPid).toBeGreaterThan(0);
    expect([...told.process.streams.keys()]).toEqual(['stdout', 'stderr']);
    expect(await told.exit).toEqual({ kind: 'code', code: 3 });
    expect(told.story.toSorted()).toEqual(['exited', 'stderr two', 'stdout one']);
    expect(told.story.at(-1)).toBe('exited');
  });

  it('writes down the process that leads a group of its own, with its start time', async () => {
    const { host: on, record } = host();
    const told = run(on, request('read line', { input: true }));
    const entry = readProcess(told.process.osPid ?? 0);
    expect(record).toEqual([`+${told.process.osPid} ${entry?.startTime}`]);
    expect(entry?.group).toBe(told.process.osPid);
    told.process.streams.get('stdin')?.end();
    expect(await told.exit).toEqual({ kind: 'code', code: 1 });
    on.gone(1);
    on.gone(1);
    expect(record.slice(1)).toEqual([`-${told.process.osPid}`]);
  });

  it('has no pid for what can not be executed, and says why afterwards', async () => {
    const { host: on, record } = host();
    await on.prepare(2);
    const told = run(on, request('', {}, { file: 'no-such-program', args: [] }));
    expect([told.process.osPid, told.story, record]).toEqual([undefined, [], []]);
    expect(await told.exit).toEqual({ kind: 'not_started', reason: 'command not found: no-such-program', code: 127 });
  });

  it('does not wait long for somebody else who holds the pipe', async () => {
    const clock = new FakeClock();
    const { host: on } = host({ clock });
    await on.prepare(1);
    const told = run(on, request('sleep 60 & echo $!; exit 0', { outputs: ['stdout'] }));
    const stream = told.process.streams.get('stdout')!;
    await new Promise<void>((resolve) => void stream.onData(() => resolve()));
    onTestFinished(() => void process.kill(Number(stream.tail().toString())));
    while (clock.pending === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(told.story).not.toContain('exited');
    await clock.advance(5);
    expect(told.story).toContain('exited');
  });

  it('makes pipes when they are asked for', async () => {
    const { host: on } = host();
    expect([on.isReadyFor(0), on.isReadyFor(1)]).toEqual([true, false]);
    await on.makeReadyFor(1, 40);
    expect(on.isReadyFor(40)).toBe(true);
  });
});
