import { chmodSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answering, PluginRig, starting } from '../../../support/plugin-rig.ts';
import { becomes } from '../../../support/processes.ts';

/** Says what is done with it: by its log, for what is written to the console comes by another way, and may come later. */
function saying(version: string): string {
  return starting(
    `this.log = context.log; context.log.info('${version} starts'); context.route('GET', '/', { need: 'public' }, () => new Response('${version}'));`,
    `stop() { this.log.info('${version} stops'); }, restart() { this.log.info('${version} restarts'); }`,
  );
}

/** Needs others. */
function needing(...names: readonly string[]): string {
  return `export default { mandatory: ${JSON.stringify(names)}, app: () => ({ start(node, { log }) { this.log = log; log.info('starts'); }, stop() { this.log.info('stops'); } }) };`;
}

/** Is asked at its route. */
async function ask(rig: PluginRig, name: string): Promise<string | number> {
  const { status, text } = await rig.api.ask('GET', `/_plugin/${name}/`);
  return status === 200 ? text : status;
}

describe('when the configuration is read anew', () => {
  it('edited plugins are replaced, gone ones stopped, new ones started, and others told', async () => {
    const rig = await PluginRig.open();
    for (const name of ['same', 'edited', 'gone', 'renamed']) {
      rig.write(name, saying('one'));
    }
    await rig.start();
    rig.write('edited', saying('number two'));
    expect([rig.info('same')?.edited, rig.info('edited')?.edited, await ask(rig, 'edited')]).toEqual([false, true, 'one']);
    rig.remove('gone');
    renameSync(join(rig.dir, 'renamed'), join(rig.dir, 'new-name'));
    rig.write('new', saying('one'));
    expect(rig.info('new')).toMatchObject({ state: 'stopped', error: 'it is new: it starts when gafferd reads its configuration anew (SIGHUP)' });
    await rig.reload();
    expect(rig.said('same')).toEqual(['one starts', 'started', 'one restarts']);
    expect(rig.said('edited')).toEqual(['one starts', 'started', 'one stops', 'number two starts', 'started']);
    expect(rig.said('gone')).toEqual(['one starts', 'started', 'one stops', 'it is gone, and was stopped']);
    expect([...rig.said('renamed').slice(-1), ...rig.said('new-name')]).toEqual(['it is gone, and was stopped', 'one starts', 'started']);
    expect(await Promise.all(['same', 'edited', 'gone', 'renamed', 'new-name', 'new'].map((name) => ask(rig, name)))).toEqual([
      ...['one', 'number two', 404, 404, 'one', 'one'],
    ]);
    expect(rig.info('edited')?.edited).toBe(false);
  });

  it.each([
    {
      what: 'can’t be read',
      break_: (rig: PluginRig) => rig.write('it', 'export default {'),
      error: /^its new code was not taken: it can't be loaded: SyntaxError/,
    },
    {
      what: 'has a package.json that can’t be read',
      break_: (rig: PluginRig) => rig.write('it', { 'package.json': '{' }),
      error: /^its new code was not taken: package.json: expected JSON/,
    },
    {
      what: 'requires what is not there',
      break_: (rig: PluginRig) => rig.write('it', needing('nothing')),
      error: /^its new code was not taken: requires "nothing" to be used$/,
    },
    {
      what: 'could be everybody’s',
      break_: (rig: PluginRig) => {
        rig.write('it', { 'lib.mjs': '' });
        for (const path of ['..', '.', 'it']) {
          chmodSync(join(rig.dir, path), 0o755);
        }
        chmodSync(join(rig.dir, 'it/lib.mjs'), 0o666);
      },
      error: /^its new code was not taken: \/.*\/it\/lib\.mjs: everybody can write it, so its code is not run: chmod go-w \/.*\/it\/lib\.mjs$/,
    },
  ])('new code that $what leaves the old one as it is', async ({ break_, error }) => {
    const rig = await PluginRig.open();
    rig.write('it', saying('one'));
    await rig.start();
    break_(rig);
    await rig.reload();
    expect(await ask(rig, 'it')).toBe('one');
    expect(rig.info('it')).toMatchObject({ state: 'started', edited: true });
    expect(rig.info('it')?.error).toMatch(error);
    rig.remove('it');
    rig.write('it', saying('three'));
    await rig.reload();
    expect([await ask(rig, 'it'), rig.info('it')?.error]).toEqual(['three', null]);
    expect(rig.said('it').filter((line) => /^(one|three) /.test(line))).toEqual(['one starts', 'one stops', 'three starts']);
  });

  it('a plugin that has failed is tried again, and one whose section is another gets that', async () => {
    const sections: Record<string, Record<string, string>> = { 'my.plugin': { rate: '50%' } };
    const rig = await PluginRig.open({ sections });
    rig.write('failed', starting("throw new Error('not yet');"));
    rig.write('My.Plugin', answering('return new Response(JSON.stringify(context.config.section)); '));
    await rig.start();
    expect([await ask(rig, 'My.Plugin'), await ask(rig, 'failed')]).toEqual(['{"rate":"50%"}', 503]);
    sections['my.plugin'] = { rate: '%(x)s' };
    rig.write('failed', saying('two'));
    await rig.reload();
    expect([await ask(rig, 'My.Plugin'), await ask(rig, 'failed')]).toEqual(['{"rate":"%(x)s"}', 'two']);
  });

  it('twice at once ends with what there is at last', async () => {
    const rig = await PluginRig.open();
    rig.write('it', saying('one'));
    await rig.start();
    rig.write('it', saying('two!'));
    const first = rig.reload();
    rig.write('it', saying('three'));
    rig.write('other', saying('one'));
    await Promise.all([first, rig.reload(), rig.reload()]);
    expect([await ask(rig, 'it'), await ask(rig, 'other'), rig.info('it')?.edited]).toEqual(['three', 'one', false]);
    expect(rig.said('it').filter((line) => line.startsWith('one'))).toEqual(['one starts', 'one stops']);
  });
});

describe('plugins that require others', () => {
  it('are started behind them and stopped before them', async () => {
    const rig = await PluginRig.open();
    rig.write('a', needing('b', 'c'));
    rig.write('b', needing('c'));
    rig.write('c', needing('site'));
    rig.write('site', { 'index.html': '' });
    await rig.start();
    await rig.host.stop();
    const order = [...rig.log.text.matchAll(/plugin (\w): (starts|stops)$/gm)].map(([, name, what]) => `${name ?? ''} ${what ?? ''}`);
    expect(order).toEqual(['c starts', 'b starts', 'a starts', 'a stops', 'b stops', 'c stops']);
  });

  it('keep the node from starting when one is not there, or when they go round in circles', async () => {
    const rig = await PluginRig.open();
    rig.write('a', needing('b'));
    await expect(rig.start()).rejects.toThrow(`the plugin "a" requires "b" to be used: put that into ${rig.dir}, or take "a" out of it`);
    const circle = await PluginRig.open();
    circle.write('a', needing('b'));
    circle.write('b', needing('a'));
    await expect(circle.start()).rejects.toThrow('the plugin "a" requires "b", which can\'t be started before it');
  });

  it('fail when one is there that does not run', async () => {
    const rig = await PluginRig.open();
    rig.write('a', needing('throws'));
    rig.write('b', needing('empty'));
    rig.write('throws', 'throw new Error();');
    rig.write('empty', { 'package.json': '{' });
    await rig.start();
    expect([rig.info('a')?.error, rig.info('b')?.error]).toEqual(['requires "throws", which does not run', 'requires "empty", which does not run']);
  });

  it('fail at SIGHUP when one is gone', async () => {
    const rig = await PluginRig.open();
    rig.write('a', needing('b'));
    rig.write('b', needing());
    await rig.start();
    rig.remove('b');
    rig.write('c', needing('nothing'));
    await rig.reload();
    expect(rig.info('a')).toMatchObject({ state: 'failed', error: 'requires "b" to be used' });
    expect(rig.info('c')).toMatchObject({ state: 'failed', error: 'requires "nothing" to be used' });
    rig.write('b', needing());
    await rig.reload();
    expect(rig.info('a')).toMatchObject({ state: 'started', error: null });
  });
});

describe('a plugin that is to stop', () => {
  it('is ended all the same when it throws, exits, or never finishes', async () => {
    const said = (rig: PluginRig, names: readonly string[]): unknown =>
      Object.fromEntries(names.map((name) => [name, rig.said(name).filter((line) => !/^ +at /.test(line))[1]]));
    const endless = await PluginRig.open({ limits: { stopMs: 300 } });
    endless.write('hangs', starting('setInterval(() => undefined, 1000);', 'stop: () => new Promise(() => undefined)'));
    endless.write('loops', starting('', 'stop() { for (;;); }'));
    await endless.start();
    await endless.host.stop();
    expect(said(endless, ['hangs', 'loops'])).toEqual({
      hangs: 'it is ended: it does not stop within 0.3 seconds',
      loops: 'it is ended: it does not stop within 0.3 seconds',
    });
    expect((await endless.api.ask('GET', '/_plugin/hangs/')).status).toBe(503);

    const rig = await PluginRig.open({ limits: { stopMs: 20_000 } });
    rig.write('throws', starting('', "stop() { throw new Error('no stop'); }"));
    rig.write('exits', starting('', 'stop() { process.exit(); }'));
    rig.write('aborted', starting("context.signal.addEventListener('abort', () => context.log.info('told'));"));
    await rig.start();
    await rig.host.stop();
    expect(said(rig, ['throws', 'exits', 'aborted'])).toEqual({
      throws: 'it is ended: Error: no stop',
      exits: 'it is ended: process.exit(0)',
      aborted: 'told',
    });
  });

  it('is ended at once when nobody has time for it', async () => {
    const rig = await PluginRig.open({ limits: { stopMs: 60_000 } });
    rig.write('hangs', starting('', "stop() { console.log('stops'); return new Promise(() => undefined); }"));
    await rig.start();
    const stopped = rig.host.stop();
    await rig.log.until('plugin hangs: stops');
    rig.host.hurry();
    await stopped;
    expect(rig.said('hangs')).toEqual(['started', 'stops', 'it is ended: it was told to']);
  });

  it('while it is loaded or started, or loaded anew, does not run on', { timeout: 60_000 }, async () => {
    const rig = await PluginRig.open({ limits: { loadMs: 60_000, startMs: 60_000, patienceMs: 1 } });
    rig.write('starts', starting("console.log('begins'); await new Promise(() => setInterval(() => undefined, 1000));"));
    rig.write('fine', saying('one'));
    await rig.start();
    await rig.log.until('plugin starts: begins');
    await becomes(() => rig.info('fine')?.state === 'started', 10_000);
    await rig.host.stop();
    expect(rig.said('fine').at(-1)).toBe('one stops');

    const other = await PluginRig.open({ limits: { loadMs: 60_000 } });
    other.write('it', saying('one'));
    await other.start();
    other.write('it', "console.log('loads'); await new Promise(() => setInterval(() => undefined, 1000));");
    const reloaded = other.reload();
    await other.log.until('plugin it: loads');
    await other.host.stop();
    await reloaded;
    expect(other.said('it')).toEqual(['one starts', 'started', 'loads', 'one stops']);
  });

  it('a second time while it is still loaded is ended at once', async () => {
    const rig = await PluginRig.open({ limits: { loadMs: 60_000 } });
    rig.write('loads', "console.log('loads'); await new Promise(() => setInterval(() => undefined, 1000));");
    const started = rig.start();
    await rig.log.until('plugin loads: loads');
    rig.host.hurry();
    await started;
  });
});

describe('a plugin in TypeScript', () => {
  it.runIf(Boolean((process.features as { readonly typescript?: unknown }).typescript))('is run as it is, where Node can do so', async () => {
    const rig = await PluginRig.open();
    rig.write('typed', { 'index.ts': answering('const text: string = "typed"; return new Response(text);') });
    await rig.start();
    expect(await ask(rig, 'typed')).toBe('typed');
  });
});

describe('a site', () => {
  it('appears and vanishes without a SIGHUP, also beside code', async () => {
    const rig = await PluginRig.open();
    rig.write('code', starting("context.route('GET', '/route', { need: 'public' }, () => new Response('route'));"));
    await rig.start();
    expect((await rig.api.ask('GET', '/_plugin/site/')).status).toBe(404);
    rig.write('site', { '_site/index.html': '<p>page' });
    rig.write('code', { '_site/page.html': 'page' });
    expect(await ask(rig, 'site')).toBe('<p>page');
    expect([(await rig.api.ask('GET', '/_plugin/code/page.html')).text, (await rig.api.ask('GET', '/_plugin/code/route')).text]).toEqual([
      'page',
      'route',
    ]);
    expect(rig.host.list()).toMatchObject([
      { name: 'code', site: true, state: 'started', edited: false },
      { name: 'site', site: true, state: 'site', error: null },
    ]);
    rig.remove('site');
    rig.remove('code', '_site');
    expect([await ask(rig, 'site'), (await rig.api.ask('GET', '/_plugin/code/page.html')).status]).toEqual([404, 404]);
    expect(rig.host.list().map(({ name, site }) => [name, site])).toEqual([['code', false]]);
  });

  it('is served while the code beside it does not run', async () => {
    const rig = await PluginRig.open();
    rig.write('broken', { 'index.mjs': 'throw 1;', '_site/index.html': 'page' });
    rig.write('python', { '_site/index.html': 'page', 'thing/__init__.py': '' });
    await rig.start();
    expect([await ask(rig, 'broken'), await ask(rig, 'python'), (await rig.api.ask('POST', '/_plugin/broken/')).status]).toEqual([
      'page',
      'page',
      503,
    ]);
    expect(rig.info('python')?.error).toMatch(/^is a plugin in Python, for the original gaffer: it has to be written anew/);
  });
});

describe('a plugin', () => {
  it('goes on when its restart fails', async () => {
    const rig = await PluginRig.open();
    rig.write(
      'it',
      starting(`context.route('GET', '/', { need: 'public' }, () => new Response('here'));`, `restart() { throw new Error('no again'); }`),
    );
    await rig.start();
    await rig.reload();
    expect(rig.said('it').some((line) => line.startsWith('it goes on as it is: Error: no again'))).toBe(true);
    expect([rig.info('it')?.state, await ask(rig, 'it')]).toEqual(['started', 'here']);
  });

  it('is heard to its end, whatever way it says something', async () => {
    const rig = await PluginRig.open();
    const names = ['a', 'b', 'c'];
    for (const name of names) {
      rig.write(
        name,
        starting('this.log = context.log;', `async stop() { console.error('err'); this.log.info('log'); console.log('out'.repeat(10000)); }`),
      );
    }
    await rig.start();
    await rig.host.stop();
    const heard = names.map((name) =>
      rig
        .said(name)
        .filter((line) => line !== 'started')
        .map((line) => line.slice(0, 3))
        .toSorted(),
    );
    expect(heard).toEqual(names.map(() => ['err', 'log', 'out']));
  });
});
