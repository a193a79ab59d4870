import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PluginInfo } from '../../src/api/plugins/plugin-book.ts';
import { BROWSER } from '../support/browser.ts';
import { BrowserPage } from '../support/browser-page.ts';
import { buildTemplate, installExamples } from '../support/example-plugins.ts';
import { fakePlugins } from '../support/fake-plugins.ts';
import type { Gafferd } from '../support/gafferd.ts';
import { type TestMachine, test } from '../support/machine.ts';
import { Program } from '../support/program.ts';
import { openLockedApi } from '../support/test-accounts.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/plugins.md', import.meta.url)), 'utf8');

const GAFFERCTL = fileURLToPath(new URL('../../bin/gafferctl.js', import.meta.url));

/** The first block of the page in a language. */
function shown(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(PAGE)?.[1] ?? '';
}

/** A gafferd with a job that ends once with code 3, and with what is in its folder of plugins. */
async function startWith(machine: TestMachine, ...sections: readonly string[]): Promise<Gafferd> {
  machine.configure(`plugins_dir = ${pluginsOf(machine)}`, ...sections, '[job:shop:web]', 'cmd = sh -c "exit 3"', 'on_exit = ignore');
  const daemon = await machine.start();
  await daemon.stderr.until(/process 1 .* ended with code 3/);
  return daemon;
}

function pluginsOf(machine: TestMachine): string {
  return join(machine.root, 'plugins');
}

describe('the example plugins', () => {
  test('are what the page says: a site, and an application with routes and events of its own', async ({ machine }) => {
    installExamples(pluginsOf(machine), 'board', 'exits');
    machine.write('plugins/hello/index.mjs', shown('js'));
    machine.write('plugins/broken/index.js', 'const a = {', '', '}}');
    const daemon = await startWith(machine, '[plugin:exits]', 'keep = 1', '[plugin:hello]', 'Whom = moon');
    const { plugins } = (await daemon.ask('GET', '/plugins')).json as { plugins: PluginInfo[] };
    expect(plugins.map(({ name, version, state, description, error }) => [name, version, state, error ?? description])).toEqual([
      ['board', '1.0.0', 'site', 'Shows the jobs of the node in a browser, as they change'],
      ['broken', null, 'failed', `it can't be loaded: SyntaxError: Unexpected token '}' (${join(pluginsOf(machine), 'broken/index.js')}:3)`],
      ['exits', '1.0.0', 'started', 'Counts how often the processes of each job end, and remembers the last ends'],
      ['hello', null, 'started', null],
    ]);
    const { stdout, code } = await new Program(['--connect', daemon.urls[0] ?? '', 'plugins'], {
      program: GAFFERCTL,
      cwd: machine.root,
      env: machine.env(),
    }).result();
    const squeezed = (text: string): string => text.replaceAll(pluginsOf(machine), '/home/me/.gaffer/plugins').replaceAll(/ +/g, ' ');
    expect(
      squeezed(stdout)
        .split('\n')
        .filter((line) => !squeezed(PAGE).includes(`${line}\n`)),
    ).toEqual(['hello - started']);
    expect(code).toBe(1);
    await expect.poll(async () => (await daemon.ask('GET', '/_plugin/exits/')).json).toEqual({ 'shop.web': { count: 1, unasked: 1 } });
    expect((await daemon.ask('GET', '/_plugin/exits/jobs/shop/web')).json).toMatchObject({ running: 0, count: 1, last: [{ pid: 1, how: 'code 3' }] });
    expect((await daemon.ask('GET', '/_plugin/exits/jobs/shop/wob')).json).toMatchObject({ errno: 404, code: 'job_not_found' });
    expect((await daemon.ask('DELETE', '/_plugin/exits/')).json).toEqual({ ok: true });
    expect((await daemon.ask('GET', '/_plugin/exits/')).json).toEqual({});
    expect((await daemon.ask('GET', '/_plugin/hello/hello')).json).toEqual({ hello: 'moon' });
    await daemon.stderr.until(/plugin hello: shop.web: process 1 has ended/);
  });

  test('refuse what is wrong in their section', async ({ machine }) => {
    installExamples(pluginsOf(machine), 'exits');
    const daemon = await startWith(machine, '[plugin:exits]', 'keep = many');
    expect(daemon.stderr.text).toContain(`plugin exits: it can't be started: Error: [plugin:exits] keep: expected a whole number from 1, got "many"`);
    expect((await daemon.ask('GET', '/_plugin/exits/')).status).toBe(503);
  });

  test('have a template in TypeScript, which is built with the exported types', async ({ machine }) => {
    buildTemplate(pluginsOf(machine));
    const daemon = await startWith(machine, '[plugin:template]', 'greeting = moin');
    expect((await daemon.ask('GET', '/_plugin/template/hello')).json).toEqual({ greeting: 'moin' });
    expect((await daemon.ask('GET', '/_plugin/template/jobs/shop/web')).json).toMatchObject({ name: 'shop.web', state: 'done' });
    expect(daemon.stderr.text).toContain('plugin template: 0 jobs are loaded');
  });
});

// .ci/run installs one; a developer's machine may have none
describe.skipIf(BROWSER === undefined)('the board in a browser', () => {
  test('shows the jobs, and what happens to them', { timeout: 120_000 }, async ({ machine }) => {
    installExamples(pluginsOf(machine), 'board');
    const daemon = await startWith(machine);
    const page = await BrowserPage.open(`${daemon.urls[0]}/_plugin/board/`);
    await page.until('document.querySelector(\'[data-job="shop.web"]\')?.innerText.includes("0 of 0")');
    await page.until('document.getElementById("events").dataset.live');
    expect((await daemon.ask('POST', '/jobs/shop', { name: 'late', cmd: 'sh -c "sleep 100 # <b>bold</b>"' })).status).toBe(200);
    await page.until('document.querySelectorAll("#jobs tbody tr").length === 2');
    await page.until('document.getElementById("events").innerText.includes("shop.late spawn (process 2)")');
    expect(await page.value('[...document.querySelectorAll("td")].some(({ innerHTML }) => innerHTML.includes("&lt;b&gt;"))')).toBe(true);
    expect(await page.value('document.getElementById("state").textContent')).toBe('2 jobs');
  });

  it('asks for a key where the node does', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    installExamples(folder, 'board');
    const plugins = fakePlugins({ siteOf: () => join(folder, 'board/_site') });
    const { api, key } = await openLockedApi({ plugins });
    await api.load('web', 'sleep 100');
    const page = await BrowserPage.open(`http://127.0.0.1:${api.port}/_plugin/board/`);
    await page.until('!document.getElementById("login").hidden');
    const secret = key({ manage: ['*'] });
    await page.value(`document.getElementById('key').value = '${secret}'; document.querySelector('#login button').click()`);
    await page.until('document.getElementById("state").textContent === "1 job"');
  });
});
