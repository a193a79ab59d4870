import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';
import { withoutNumbers } from '../support/project.ts';
import { Proxy } from '../support/proxy.ts';

const COUNT = 'i=0; while [ $i -lt 500 ]; do i=$((i + 1)); echo line $i; sleep 0.005; done; echo the end; exec sleep 1000';
const ALL = Array.from({ length: 500 }, (_, index) => String(index + 1));

function numbers(text: string): string[] {
  return [...text.matchAll(/line (\d+)/g)].map(([, number]) => number!);
}

describe('gaffer logs -f over a connection that is lost', () => {
  test.for([[[]], [['--json']], [['web.1']]] as const)('tells nothing twice and misses nothing: %j', { timeout: 60_000 }, async ([more], { rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web', { cmd: COUNT });
    const gaffer = rig.spawn(['logs', '-f', '-n', '1000', ...more], { env: { GAFFER_ENDPOINT: proxy.url } });
    for (const at of [20, 100, 250, 400]) {
      await gaffer.stdout.until(`line ${at}`);
      proxy.cut();
    }
    await gaffer.stdout.until('the end');
    const { code, stdout, stderr } = await gaffer.end('SIGINT');
    expect(numbers(stdout)).toEqual(ALL);
    expect(code).toBe(130);
    expect(stderr.split('\n').slice(0, -1)).toEqual(
      expect.arrayContaining([`gaffer: the connection to ${proxy.url} was lost, and is there again`]) as string[],
    );
  });

  test('tells the end of the process that it follows, and what it wrote last, when that came meanwhile', async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web', { cmd: 'echo one; read -r go; echo two; exit 3', redirect_input: true, on_exit: 'ignore' });
    const gaffer = rig.spawn(['logs', '-f', 'web.1'], { env: { GAFFER_ENDPOINT: proxy.url } });
    await gaffer.stdout.until('one');
    proxy.cut(false);
    await gaffer.stderr.until('gone away');
    await rig.run(['send', 'web', 'go']);
    await rig.written('web', 'two');
    await expect.poll(() => rig.api.supervisor.pids()).toEqual([]);
    proxy.mend();
    const { code, stdout } = await gaffer.result();
    expect({ code, lines: withoutNumbers(stdout).trimEnd().split('\n') }).toEqual({
      code: 0,
      lines: [
        'HH:MM:SS web | spawn process with pid PID',
        'HH:MM:SS web | one',
        'HH:MM:SS web | two',
        'HH:MM:SS web | exit process with pid PID (code 3)',
      ],
    });
  });

  test('says how much the node does not keep of what came meanwhile', async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web', { cmd: 'echo one; read -r go; seq 100000; echo the end; exec sleep 1000', redirect_input: true });
    const gaffer = rig.spawn(['logs', '-f'], { env: { GAFFER_ENDPOINT: proxy.url } });
    await gaffer.stdout.until('one');
    proxy.cut(false);
    await gaffer.stderr.until('gone away');
    await rig.run(['send', 'web', 'go']);
    await rig.written('web', 'the end');
    proxy.mend();
    await gaffer.stdout.until('the end');
    const { stdout, stderr } = await gaffer.end('SIGINT');
    const missing = Number(/gaffer: web\.1: (\d+) bytes of its output are missing here: the node does not keep more\n/.exec(stderr)?.[1]);
    const told = stdout.split('\n').flatMap((line) => /\| (\d+|one|the end)$/.exec(line)?.[1] ?? []);
    const all = `one\n${Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join('')}the end\n`;
    expect(told.map((line) => `${line}\n`).join('').length + missing).toBe(all.length);
    expect(told.at(-2)).toBe('100000');
  });

  test('tells what has started meanwhile, and nothing that was not asked for before', async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('old', { cmd: 'echo long ago; exec sleep 1000' });
    await rig.written('old', 'long ago');
    await rig.load('web', { cmd: 'while :; do echo tick; sleep 0.05; done' });
    const gaffer = rig.spawn(['logs', '-f', '-n', '0'], { env: { GAFFER_ENDPOINT: proxy.url } });
    await gaffer.stdout.until('tick');
    proxy.cut(false);
    await gaffer.stderr.until('gone away');
    await rig.load('new', { cmd: 'echo just now; exec sleep 1000' });
    await rig.written('new', 'just now');
    proxy.mend();
    await gaffer.stdout.until('just now');
    const { stdout } = await gaffer.end('SIGINT');
    expect(withoutNumbers(stdout)).toMatch(/HH:MM:SS new +\| spawn process with pid PID\n[^]*HH:MM:SS new +\| just now\n/);
    expect(stdout).not.toContain('long ago');
    expect(stdout).not.toMatch(/old +\|/);
  });

  test('ends with 1 when it is told to wait only so long', async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web', { cmd: COUNT });
    const gaffer = rig.spawn(['logs', '-f', '--retry', '1'], { env: { GAFFER_ENDPOINT: proxy.url } });
    await gaffer.stdout.until('line 10');
    proxy.cut(false);
    expect(await gaffer.result()).toMatchObject({
      code: 1,
      stderr: `gaffer: ${proxy.url} has gone away: waiting for it (Ctrl-C ends)\ngaffer: ${proxy.url} has not come back within 1 s: there is nothing more to follow\n`,
    });
  });
});
