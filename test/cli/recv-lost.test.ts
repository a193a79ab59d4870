import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';
import { program } from '../support/programs.ts';
import { Proxy } from '../support/proxy.ts';

const COUNT = 'read -r go; for i in $(seq 500); do echo line $i; sleep 0.004; done; exec sleep 1000';

describe('gaffer recv over a connection that is lost', () => {
  test('misses no byte and gets none twice', { timeout: 60_000 }, async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web', { cmd: COUNT, redirect_input: true });
    const gaffer = rig.spawn(['recv', 'web.1'], { env: { GAFFER_ENDPOINT: proxy.url } });
    await expect.poll(() => proxy.paths.some((path) => path.startsWith('/streams'))).toBe(true);
    await rig.run(['send', 'web', 'go']);
    for (const at of [100, 200, 300]) {
      await gaffer.stdout.until(`line ${at}`);
      proxy.cut(at !== 200);
      if (at === 200) {
        await gaffer.stderr.until('gone away');
        proxy.mend();
      }
    }
    await gaffer.stdout.until('line 500\n');
    const { code, stdout, stderr } = await gaffer.end('SIGINT');
    expect(stdout).toBe(Array.from({ length: 500 }, (_, index) => `line ${index + 1}\n`).join(''));
    expect(code).toBe(130);
    expect(stderr).toContain(`gaffer: the connection to ${proxy.url} was lost, and is there again\n`);
    expect(stderr).toContain(`gaffer: ${proxy.url} has gone away: waiting for it (Ctrl-C ends)\ngaffer: ${proxy.url} is there again\n`);
  });

  test('gets what a process has written last that ended meanwhile', async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web', { cmd: 'echo one; read -r go; echo two; echo three', redirect_input: true, on_exit: 'ignore' });
    const gaffer = rig.spawn(['recv', 'web'], { env: { GAFFER_ENDPOINT: proxy.url } });
    await expect.poll(() => proxy.paths.some((path) => path.startsWith('/streams'))).toBe(true);
    await proxy.atRest();
    proxy.cut(false);
    await gaffer.stderr.until('gone away');
    await rig.run(['send', 'web', 'go']);
    await rig.written('web', 'three');
    proxy.mend();
    expect(await gaffer.result()).toMatchObject({ code: 0, stdout: 'two\nthree\n' });
  });

  test.for([['while the process goes on'], ['while the process ends']] as const)(
    'that the node has cut off for being slow says what was left out, and goes on: %s',
    async ([how], { rig }) => {
      const size = 20 * 1024 * 1024;
      const proxy = await Proxy.open(rig.api.port);
      const goesOn = how === 'while the process goes on';
      const write = program('write-bytes.mjs', size);
      await rig.load('web', { cmd: goesOn ? `${write}; echo the end; exec sleep 1000` : write, redirect_input: true, on_exit: 'ignore' });
      const gaffer = rig.spawn(['recv', 'web'], { env: { GAFFER_ENDPOINT: proxy.url } });
      await expect.poll(() => proxy.paths.some((path) => path.startsWith('/streams'))).toBe(true);
      gaffer.stopReading();
      await rig.run(['send', 'web', 'go']);
      await expect.poll(() => proxy.bytes).toBeGreaterThan(1_000_000); // the program takes its time to begin
      await proxy.atRest(); // until everything between them is full
      proxy.cutPath('/streams');
      if (!goesOn) {
        await expect.poll(() => rig.api.supervisor.pids(), { timeout: 10_000 }).toEqual([]);
      }
      gaffer.readOn();
      await gaffer.stderr.until('were left out');
      if (goesOn) {
        await gaffer.stdout.until('the end\n');
      }
      const { code, bytes, stderr } = goesOn ? await gaffer.end('SIGINT') : await gaffer.result();
      const missing = Number(/^gaffer: (\d+) bytes of web\.1 were left out: they came faster than they were read\n$/.exec(stderr)?.[1]);
      expect(code).toBe(goesOn ? 130 : 0);
      expect(missing + bytes.length).toBe(size + (goesOn ? 'the end\n'.length : 0));
      const whole = Buffer.from(Array.from({ length: 251 }, (_, index) => index));
      const begin = bytes.length - 8 * 1024; // of the last 16 KiB, which are kept, the first line can be missing
      expect(bytes.subarray(0, 251).equals(whole)).toBe(true);
      expect(bytes[begin]).toBe((missing + begin) % 251);
    },
  );
});
