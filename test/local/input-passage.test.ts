import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseInputGoal, withInput } from '../../src/local/input-goal.ts';
import { InputPassage } from '../../src/local/input-passage.ts';
import { EventLog } from '../support/event-log.ts';
import { test } from '../support/test-node.ts';

const JOBS = [
  { name: 'web', cmd: 'x', numprocesses: 2 },
  { name: 'worker', cmd: 'x' },
  { name: 'none', cmd: 'x', numprocesses: 0 },
];

describe('the process that gets what is typed', () => {
  it.each([
    ['web', { job: 'web', slot: 1 }],
    ['web.2', { job: 'web', slot: 2 }],
    ['worker.1', { job: 'worker', slot: 1 }],
  ])('can be %s', (text, goal) => {
    expect(parseInputGoal(text, JOBS)).toEqual(goal);
  });

  it.each([
    ['wbe', 'expected a process that is run here (web, worker, none), got "wbe"; did you mean "web"?'],
    ['', 'expected a process that is run here (web, worker, none), got ""'],
    ['web.3', 'expected an instance of web that is started, got "web.3" (there are web.1 to web.2)'],
    ['web.0', 'expected an instance of web that is started, got "web.0" (there are web.1 to web.2)'],
    ['worker.2', 'expected an instance of worker that is started, got "worker.2" (there is worker.1)'],
    ['none', 'expected an instance of none that is started, got "none" (none is started)'],
  ])('cannot be "%s"', (text, message) => {
    expect(() => parseInputGoal(text, JOBS)).toThrow(`--stdin: ${message}`);
  });

  it('is of a job that gets a stdin, and no other does', () => {
    expect(withInput(JOBS, { job: 'worker', slot: 1 }).map(({ redirect_input }) => redirect_input)).toEqual([undefined, true, undefined]);
  });
});

describe('input that is passed on', () => {
  const ECHO = 'while read -r line; do echo "$PS got $line"; test "$line" != die || exit; done; echo "$PS over"; exec sleep 1000';

  test('goes to its instance alone, to the successor when that is replaced, and ends with its end', async ({ node }) => {
    const input = new PassThrough();
    const passage = new InputPassage({ node: node.supervisor, session: 'test', goal: { job: 'web', slot: 2 }, input });
    const events = new EventLog(node.supervisor);
    const web = await node.loadScript('web', ECHO, { redirect_input: true, numprocesses: 2 });
    const outputOf = (pid: number): string => node.outputs.find((output) => output.pid === pid)?.log.text ?? '';
    const written = async (pid: number, text: string): Promise<void> => {
      await node.outputs.find((output) => output.pid === pid)?.log.until(text);
    };
    await events.count('spawn', 2);
    input.write('one\ndie\n');
    await events.count('spawn', 3);
    input.write('two\n');
    await expect.poll(() => outputOf(3)).toContain('two');
    await node.supervisor.restart(web);
    await events.count('spawn', 5);
    const pid = await node.supervisor.pidOf(web, 2);
    input.end('three\n');
    await expect.poll(() => outputOf(pid)).toContain('three');
    await written(pid, 'over');
    await node.supervisor.restart(web);
    const last = await node.supervisor.pidOf(web, 2);
    await expect.poll(() => outputOf(last)).toBe('web.2 over\n');
    expect([2, 3, pid].map(outputOf)).toEqual(['web.2 got one\nweb.2 got die\n', 'web.2 got two\n', 'web.2 got three\nweb.2 over\n']);
    expect(node.outputs.filter(({ slot }) => slot === 1).map(({ log }) => log.text)).toEqual(['', '', '']);
    passage.close();
  });

  test('arrives as it is and at the pace of the process', async ({ node }) => {
    const chunks = Array.from({ length: 40 }, (_, chunk) => Buffer.from(Array.from({ length: 50_000 }, (_, index) => (chunk + index * 7) % 256)));
    let taken = 0;
    const input = Readable.from(
      (function* () {
        for (const chunk of chunks) {
          taken += 1;
          yield chunk;
        }
      })(),
    );
    const passage = new InputPassage({ node: node.supervisor, session: 'test', goal: { job: 'web', slot: 1 }, input });
    await node.loadScript('web', 'read -r go <&3; exec cat', { redirect_input: true, custom_streams: ['go'], on_exit: 'ignore' });
    await new Promise((resolve) => setTimeout(resolve, 150)); // the process does not read yet
    expect(taken).toBeLessThan(30);
    await (await node.supervisor.stream(1, 'go')).write('go\n');
    await node.everything({ session: 'test', job: 'web' });
    expect(node.outputs.find(({ label }) => label === 'out')?.log.bytes.equals(Buffer.concat(chunks))).toBe(true);
    passage.close();
  });

  test('waits for the successor of a process that reads no more', async ({ node }) => {
    const input = new PassThrough();
    const passage = new InputPassage({ node: node.supervisor, session: 'test', goal: { job: 'web', slot: 1 }, input });
    const web = await node.loadScript('web', `test "$FIRST" != 1 || { exec <&-; echo closed; exec sleep 1000; }; ${ECHO}`, {
      redirect_input: true,
      env: { FIRST: '1' },
    });
    await node.log(web).until('closed');
    input.write('one\n');
    await node.supervisor.update(web, { ...(await node.supervisor.jobInfo(web)).config, env: { FIRST: '0' } });
    await expect.poll(() => node.log(web).text).toContain('got one');
    passage.close();
  });
});
