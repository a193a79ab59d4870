import { describe, expect, it } from 'vitest';
import { answering, PluginRig, starting } from '../../../support/plugin-rig.ts';
import { becomes } from '../../../support/processes.ts';

/** What a plugin does later, by why it is ended. */
const LATER: Readonly<Record<string, readonly [text: string, reason: RegExp]>> = {
  timer: ["setTimeout(() => { throw new Error('in a timer'); }, 10);", /^it has ended: Error: in a timer$/],
  rejection: ["setTimeout(() => Promise.reject(new Error('unseen')), 10);", /^it has ended: Error: unseen$/],
  exit: ['setTimeout(() => process.exit(7), 10);', /^it has ended: process\.exit\(7\)$/],
  memory: [
    'setTimeout(() => { const all = []; for (;;) all.push({ a: [1, 2, 3] }); }, 10);',
    /^it has ended: Error.*: Worker terminated due to reaching memory limit/,
  ],
  'process.abort': [
    'setTimeout(() => process.abort(), 10);',
    /^it has ended: TypeError \[ERR_WORKER_UNSUPPORTED_OPERATION\]: process\.abort\(\) is not supported in workers$/,
  ],
};

describe('a plugin that ends by itself, later', () => {
  it('has failed, and is told of with the reason; others go on', { timeout: 60_000 }, async () => {
    const rig = await PluginRig.open({ limits: { heapMb: 24 } });
    for (const [name, [text]] of Object.entries(LATER)) {
      rig.write(name, starting(text));
    }
    rig.write('fine', answering("return new Response('fine');"));
    await rig.start();
    for (const [name, [, reason]] of Object.entries(LATER)) {
      await becomes(() => rig.info(name)?.state === 'failed', 10_000);
      expect(rig.info(name)?.error, name).toMatch(reason);
    }
    expect((await rig.api.ask('GET', '/_plugin/fine/')).text).toBe('fine');
  });

  it('breaks off its answers, and refuses those that have not begun', async () => {
    const rig = await PluginRig.open();
    rig.write('dies', answering('setTimeout(() => process.exit(), 50); await new Promise(() => undefined);'));
    await rig.start();
    expect(await rig.api.ask('GET', '/_plugin/dies/')).toMatchObject({ status: 503, json: { error: 'plugin_unavailable' } });
  });
});

describe('what a plugin writes', () => {
  it('stands in the log with its name before each line, and can forge none', async () => {
    const rig = await PluginRig.open();
    rig.write(
      'liar',
      starting(`
        context.log.warning('one\\n2026-01-01 00:00:00 [1] [CRITICAL] forged');
        context.log.info('\\u001b[2Jcleared\\rback\\u0000\\u0085\\u2028next');
        context.log.error({ an: 'object' });
        console.log('said'); console.error('complained'); process.stdout.write('no end');`),
    );
    await rig.start();
    await rig.log.until('complained');
    await rig.host.stop();
    await rig.log.until('no end');
    const lines = rig.log.text.trimEnd().split('\n');
    expect(lines.filter((line) => !/^\S+ \S+ \[\d+\] \[(INFO|WARNING|ERROR)\] plugin liar: /.test(line))).toEqual([]);

    expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line))).toEqual([]);
    expect(rig.said('liar')).toEqual(expect.arrayContaining(['one', "{ an: 'object' }", 'said', 'complained', 'no end']));
    expect(lines.filter((line) => line.includes('[WARNING] plugin liar: complained'))).toHaveLength(1);
  });

  it('without end is written as fast as the log takes it, is lost nowhere, and keeps nobody from being answered', { timeout: 60_000 }, async () => {
    const rig = await PluginRig.open();
    rig.write('floods', starting("setTimeout(() => { for (let n = 0; n < 30_000; n += 1) context.log.info('line ' + n); }, 10);"));
    await rig.start();
    let answered = 0;
    while (!rig.log.chunks.at(-1)?.includes('line 29999')) {
      expect((await rig.api.ask('GET', '/ping')).status).toBe(200);
      answered += 1;
    }
    expect(answered).toBeGreaterThan(3); // it was not written all at once
    expect(
      rig
        .said('floods')
        .filter((line) => line.startsWith('line'))
        .map((line) => Number(line.slice(5))),
    ).toEqual(Array.from({ length: 30_000 }, (_, n) => n));
  });

  it('in one line without an end is cut into pieces', async () => {
    const rig = await PluginRig.open();
    rig.write('long', starting("process.stdout.write('x'.repeat(1_000_000)); context.log.info('y'.repeat(200_000));"));
    await rig.start();
    await becomes(() => rig.said('long').join('').replaceAll(/[^x]/g, '').length >= 1_000_000, 10_000);
    expect(Math.max(...rig.said('long').map((line) => line.length))).toBe(64 * 1024);
    expect(rig.said('long').join('').replaceAll(/[^y]/g, '')).toHaveLength(200_000);
  });

  it('to gafferd itself past its context is told of, and does no harm', async () => {
    const rig = await PluginRig.open();
    rig.write('rude', {
      'index.mjs': `import { parentPort } from 'node:worker_threads';
        for (const message of [null, 5, {}, { kind: 'log' }, { kind: 'log', level: 'close', message: 'as close' }, { kind: 'route', method: 'X' }, { kind: 'head', id: 1e9 }, { kind: 'done' }]) parentPort.postMessage(message);
        export default { app: () => ({ start() {} }) };`,
    });
    await rig.start();
    expect(rig.info('rude')?.state).toBe('started');
    expect(rig.said('rude').filter((line) => line.startsWith('said something to gafferd that is not understood'))).toHaveLength(3);
    expect(rig.said('rude')).toContain('as close');
  });
});

describe('a plugin that hears events', () => {
  it('hears all of ten thousand, and what its listener throws ends nothing', { timeout: 60_000 }, async () => {
    const rig = await PluginRig.open();
    rig.write(
      'hears',
      starting(`
        let count = 0;
        await context.onEvent('update', () => { count += 1; if (count === 1) throw new Error('at the first'); if (count === 10_000) context.log.info('all'); });
        const end = await context.onEvent('load', () => { context.log.info('load'); end(); });`),
    );
    await rig.start();
    await rig.api.load('one', 'sleep 100', { numprocesses: 0 });
    await rig.api.load('two', 'sleep 100', { numprocesses: 0 });
    for (let n = 0; n < 10_000; n += 1) {
      await rig.api.supervisor.scale({ session: 'test', job: 'one' }, { op: '=', n: 0 });
    }
    await rig.log.until('plugin hears: all');
    expect(rig.said('hears').filter((line) => !/^ +at /.test(line))).toEqual([
      'started',
      'load',
      'a listener failed at the event update of test.one: Error: at the first',
      'all',
    ]);
  });
});
