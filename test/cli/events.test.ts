import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';
import { withoutNumbers } from '../support/project.ts';
import { Proxy } from '../support/proxy.ts';

function records(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('gaffer events', () => {
  test('shows what happens on the node from now on, a line each', async ({ rig }) => {
    await rig.load('before');
    const gaffer = rig.spawn(['events'], { env: { GAFFER_APP: undefined } });
    await expect
      .poll(async () => {
        await rig.api.supervisor.signalJob({ session: 'shop', job: 'before' }, 'SIGCONT');
        return gaffer.stdout.text;
      })
      .toContain('kill');
    await rig.load('web', { numprocesses: 2, session: 'other', cmd: 'exit 3', shell: true, on_exit: 'ignore' });
    await gaffer.stdout.until('done');
    const { code, stdout, stderr } = await gaffer.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    const lines = withoutNumbers(stdout)
      .replaceAll(/ after \S+/g, '')
      .replaceAll(/ +\|/g, ' |') // how wide the names are depends on which of them are known already
      .trimEnd()
      .split('\n');
    expect(lines.slice(0, 2)).toEqual(['HH:MM:SS shop.before | kill SIGCONT', 'HH:MM:SS shop.before | kill SIGCONT pid PID (os pid PID)']);
    expect(lines.filter((line) => line.includes('other'))).toEqual([
      'HH:MM:SS other.web | load',
      'HH:MM:SS other.web | start: 2 wanted',
      ...[1, 2].map((slot) => `HH:MM:SS other.web.${slot} | spawn pid PID (os pid PID)`),
      ...[1, 2].map(() => expect.stringMatching(`other.web.[12] +\\| exit pid PID \\(os pid PID\\): code 3`) as string),
      'HH:MM:SS other.web | done',
    ]);
  });

  test('as JSON are the records of the wire, and nothing else', async ({ rig }) => {
    await rig.load('web');
    const { code, stdout, stderr } = await rig.run(['events', '--json', '-n', '2', '--no-follow']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(records(stdout)).toEqual([
      { seq: 2, time: expect.any(Number) as number, event: 'start', name: 'shop.web', numprocesses: 1 },
      {
        ...{ seq: 3, time: expect.any(Number) as number, event: 'spawn', name: 'shop.web' },
        ...{ pid: 1, os_pid: expect.any(Number) as number, slot: 1, once: false },
      },
    ]);
  });

  test.for([
    [['spawn'], ['spawn shop.web', 'spawn other.web']],
    [['job.shop'], ['start shop.web', 'spawn shop.web']],
    [
      ['job.shop', 'load'],
      ['load shop.web', 'start shop.web', 'spawn shop.web', 'load other.web'],
    ],
    [['create'], ['load shop.web', 'load other.web']],
    [
      ['.', '--app', 'other'],
      ['load other.web', 'start other.web', 'spawn other.web'],
    ],
    [['spawn', '-n', '1'], ['spawn other.web']],
    [
      ['--since', '4'],
      ['start other.web', 'spawn other.web'],
    ],
    [
      ['--since', '1', 'start'],
      ['start shop.web', 'start other.web'],
    ],
    [
      ['--count', '2'],
      ['load shop.web', 'start shop.web'],
    ],
  ] as const)('%j', async ([args, expected], { rig }) => {
    await rig.load('web');
    await rig.load('web', { session: 'other' });
    const how = args.includes('--since' as never) || args.includes('-n' as never) ? [] : ['-n', '100'];
    const { stdout } = await rig.run(['events', '--json', '--no-follow', ...how, ...args], { env: { GAFFER_APP: undefined } });
    expect(records(stdout).map(({ event, name }) => `${String(event)} ${String(name)}`)).toEqual(expected);
  });

  test('ends after as many as are asked for', async ({ rig }) => {
    await rig.load('web');
    const gaffer = rig.spawn(['events', 'kill', '--count', '2', '-n', '1']);
    await expect
      .poll(async () => {
        await rig.api.supervisor.signalProcess(1, 'SIGCONT');
        return gaffer.hasEnded;
      })
      .toBe(true);
    const { code, stdout } = await gaffer.result();
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  test('misses none and tells none twice over connections that are lost', async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web');
    const gaffer = rig.spawn(['events', '--json', '--since', '0'], { env: { GAFFER_ENDPOINT: proxy.url } });
    await gaffer.stdout.until('spawn');
    for (let n = 1; n <= 500; n += 1) {
      await rig.api.supervisor.signalProcess(1, 'SIGCONT');
      if (n % 125 === 0) {
        await gaffer.stdout.until('kill', n - 100);
        proxy.cut(n % 250 === 0);
        setTimeout(() => proxy.mend(), 100); // the outage has to last for a while, whoever notices it
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await gaffer.stdout.until('kill', 500);
    const { stdout, stderr } = await gaffer.end('SIGINT');
    expect(records(stdout).map(({ seq }) => seq)).toEqual(Array.from({ length: 503 }, (_, index) => index + 1));
    expect(stderr).toContain(' there again\n');
  });

  test('says how many are not kept any more', { timeout: 60_000 }, async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web');
    const gaffer = rig.spawn(['events', '--json', '--since', '0'], { env: { GAFFER_ENDPOINT: proxy.url } });
    await gaffer.stdout.until('spawn');
    proxy.cut(false);
    await gaffer.stderr.until('gone away');
    for (let n = 1; n <= 10_000; n += 1) {
      await rig.api.supervisor.signalProcess(1, 'SIGCONT');
    }
    proxy.mend();
    await gaffer.stdout.until('"seq":10003,');
    const { stdout, stderr } = await gaffer.end('SIGINT');
    expect(stderr).toMatch(/is there again; 5904 events that it does not keep any more are missing\n$/);
    expect(
      records(stdout)
        .slice(3)
        .map(({ seq }) => seq),
    ).toEqual(Array.from({ length: 4096 }, (_, index) => 5908 + index));
  });

  test('is coloured on a terminal', async ({ rig }) => {
    await rig.load('web');
    const terminal = rig.terminal(['events', '-n', '1', '--no-follow']);
    await terminal.exit;
    expect(terminal.text).toMatch(/^\x1b\[36m\d\d:\d\d:\d\d shop\.web \|\x1b\[39m spawn pid 1 \(os pid \d+\)\n$/);
  });

  test.for([
    [['events', 'spwan'], 2, 'expected a pattern of events like "spawn", "job.shop.web" or "proc.3", got "spwan"; did you mean "spawn"?'],
    [['events', '--since', 'x'], 2, '--since: expected the number of an event like 42, or 42@RUN, got "x"'],
    [['events', '-n', 'x'], 2, '--lines: expected a number, got "x"'],
    [['events', '--no-follow'], 2, '--no-follow: expected -n N or --since SEQ beside it, else there is nothing to show'],
    [
      ['events', '--since', '99'],
      1,
      'there is no event 99 yet, the last one is 3; the node was started anew: ask how things are now, and follow what comes after that (without "since")',
    ],
  ] as const)('%j ends with %i', async ([args, code, message], { rig }) => {
    await rig.load('web');
    expect(await rig.run(args)).toMatchObject({ code, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});
