import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fakePlugins } from '../../support/fake-plugins.ts';
import { openLockedApi } from '../../support/test-accounts.ts';
import { openApi, type TestApi } from '../../support/test-api.ts';

interface Site {
  readonly api: TestApi;
  /** Its files are here; beside it is a file `secret.txt`. */
  readonly folder: string;
}

const FILES = {
  'index.html': '<p>home',
  'style.css': 'p {}',
  'a b/ä.txt': 'umlaut',
  'deep/index.html': '<p>deep',
  'empty/note.txt': '',
  '.hidden': 'hidden',
  '.git/config': 'hidden',
  'deep/.htpasswd': 'hidden',
  'app.js': '0123456789',
  noextension: 'x',
  'back\\slash.txt': 'slash',
};

/** An API with the site of a plugin `x`. @param name what its folder is called */
async function openSite(files: Readonly<Record<string, string>> = FILES): Promise<Site> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gaffer-test-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, '_site');
  for (const [name, text] of Object.entries({ ...files, '../secret.txt': 'secret', '../_site-not/secret.txt': 'secret' })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const plugins = fakePlugins({ has: (name) => name === 'x', siteOf: () => folder });
  return { api: await openApi({ plugins }), folder };
}

describe('the site of a plugin', () => {
  it.each([
    ['/', 200, '<p>home', 'text/html; charset=utf-8'],
    ['/index.html', 200, '<p>home', 'text/html; charset=utf-8'],
    ['/?a=b', 200, '<p>home', 'text/html; charset=utf-8'],
    ['/style.css', 200, 'p {}', 'text/css; charset=utf-8'],
    ['/app.js', 200, '0123456789', 'application/javascript; charset=utf-8'],
    ['/a%20b/%C3%A4.txt', 200, 'umlaut', 'text/plain; charset=utf-8'],
    ['/deep/', 200, '<p>deep', 'text/html; charset=utf-8'],
    ['/noextension', 200, 'x', undefined],
    ['/%69ndex.html', 200, '<p>home', 'text/html; charset=utf-8'],
  ])('has %s', async (path, status, text, type) => {
    const { api } = await openSite();
    const answer = await api.ask('GET', `/_plugin/x${path}`);
    expect([answer.status, answer.text, answer.headers['content-type'], answer.headers['x-content-type-options']]).toEqual([
      status,
      text,
      type,
      'nosniff',
    ]);
    expect(await api.ask('HEAD', `/_plugin/x${path}`)).toMatchObject({
      status,
      text: '',
      headers: { 'content-length': String(Buffer.byteLength(text)) },
    });
  });

  it.each([
    ...[
      '/nothing',
      '/empty/',
      '/index.html/',
      '/deep/nothing',
      '/deep/index.html/x',
      '/.hidden',
      '/.git/config',
      '/.git/',
      '/deep/.htpasswd',
      '/%2ehidden',
    ],
    ...[
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/%2e%2e%2fsecret.txt',
      '/deep/../../secret.txt',
      '/deep/..%2f..%2fsecret.txt',
      '/..',
    ],
    ...['/../_site-not/secret.txt', '/..\\secret.txt', '/..%5csecret.txt', '/%252e%252e/secret.txt', '/....//secret.txt', '/%c0%ae%c0%ae/secret.txt'],
    ...[
      '//etc/passwd',
      '/%2fetc%2fpasswd',
      '/%00',
      '/index.html%00.txt',
      '/%',
      '/%ff',
      `/${'a'.repeat(5_000)}`,
      `/${'a/'.repeat(3_000)}`,
      '/~root',
      '/C:/x',
      '/__proto__',
      '/constructor',
    ],
  ])('has no %s', async (path) => {
    const { api } = await openSite();
    const { status, text } = await api.ask('GET', `/_plugin/x${path}`);
    expect([path, [400, 404].includes(status)]).toEqual([path, true]);
    expect(text).not.toMatch(/^secret|^hidden|root:/);
    expect(text).not.toContain(tmpdir());
    expect(api.warnings).toEqual([]);
  });

  it('sends who asks for a folder to the place behind the slash, on this node', async () => {
    const { api } = await openSite();
    expect(await api.ask('GET', '/_plugin/x/deep?a=b')).toMatchObject({ status: 301, headers: { location: '/_plugin/x/deep/' } });
  });

  it('leads nowhere out by a link, and inside as links do', async () => {
    const { api, folder } = await openSite();
    symlinkSync('../secret.txt', join(folder, 'out.txt'));
    symlinkSync('..', join(folder, 'up'));
    symlinkSync('/etc', join(folder, 'etc'));
    symlinkSync('../_site-not', join(folder, 'beside'));
    symlinkSync('style.css', join(folder, 'in.css'));
    symlinkSync('round', join(folder, 'round'));
    symlinkSync('nowhere', join(folder, 'dead'));
    for (const path of ['out.txt', 'up/secret.txt', 'etc/passwd', 'beside/secret.txt', 'round', 'dead', 'up/']) {
      expect([path, (await api.ask('GET', `/_plugin/x/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await api.ask('GET', '/_plugin/x/in.css')).text).toBe('p {}');
    expect(api.warnings).toEqual([]);
  });

  it('may itself be a link to where its files are', async () => {
    const { api, folder } = await openSite();
    renameSync(folder, `${folder}-built`);
    symlinkSync('_site-built', folder);
    expect((await api.ask('GET', '/_plugin/x/')).text).toBe('<p>home');
  });

  it('has files that have just been written, none that are gone, and nothing when it is gone', async () => {
    const { api, folder } = await openSite();
    writeFileSync(join(folder, 'new.txt'), 'new');
    expect((await api.ask('GET', '/_plugin/x/new.txt')).text).toBe('new');
    rmSync(join(folder, 'new.txt'));
    expect((await api.ask('GET', '/_plugin/x/new.txt')).status).toBe(404);
    rmSync(folder, { recursive: true });
    expect((await api.ask('GET', '/_plugin/x/')).status).toBe(404);
  });

  it('waits for nobody who might write into what is no file', async () => {
    const { api, folder } = await openSite();
    execFileSync('mkfifo', [join(folder, 'pipe.txt'), join(folder, 'empty/index.html')]);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => api.ask('GET', `/_plugin/x/${n % 2 === 0 ? 'pipe.txt' : 'empty/'}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 404));
    expect((await api.ask('GET', '/_plugin/x/')).text).toBe('<p>home');
  });

  it('is read again only where it has changed', async () => {
    const { api, folder } = await openSite();
    const { headers } = await api.ask('GET', '/_plugin/x/app.js');
    const again = { 'if-none-match': headers.etag ?? '' };
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', etag: expect.stringMatching(/./) as unknown });
    expect(await api.ask('GET', '/_plugin/x/app.js', { headers: again })).toMatchObject({ status: 304, text: '' });
    expect((await api.ask('GET', '/_plugin/x/app.js', { headers: { 'if-modified-since': headers['last-modified'] ?? '' } })).status).toBe(304);
    writeFileSync(join(folder, 'app.js'), 'other');
    utimesSync(join(folder, 'app.js'), 1, 1);
    expect(await api.ask('GET', '/_plugin/x/app.js', { headers: again })).toMatchObject({ status: 200, text: 'other' });
    expect((await api.ask('GET', '/_plugin/x/app.js', { headers: { 'if-match': '"other"' } })).status).toBe(412);
  });

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-', 206, '89', 'bytes 8-9/10'],
    ['bytes=99-', 416, undefined, undefined],
    ['bytes=a-b', 416, undefined, undefined],
    ['lines=1', 200, '0123456789', undefined],
    ['bytes=0-1,4-5', 200, '0123456789', undefined],
  ])('is read in parts: %s', async (range, status, text, told) => {
    const { api } = await openSite();
    const answer = await api.ask('GET', '/_plugin/x/app.js', { headers: { range } });
    expect([answer.status, answer.headers['content-range']]).toEqual([status, told]);
    expect(text === undefined || answer.text === text).toBe(true);
  });

  it('is only read', async () => {
    const { api } = await openSite();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await api.ask(method, '/_plugin/x/index.html')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
    }
    expect(await api.ask('OPTIONS', '/_plugin/x/index.html')).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, OPTIONS' } });
  });

  it('is for everybody, also where keys are asked for', async () => {
    const { folder } = await openSite();
    const { api } = await openLockedApi({ plugins: fakePlugins({ siteOf: () => folder }) });
    api.key = undefined;
    expect((await api.ask('GET', '/_plugin/x/')).text).toBe('<p>home');
    expect((await api.ask('GET', '/plugins')).status).toBe(401);
  });

  it('of large files waits for slow readers, and lets go of them when they leave', async () => {
    const { api, folder } = await openSite();
    writeFileSync(join(folder, 'large.bin'), Buffer.alloc(48 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    const sockets = Array.from({ length: 8 }, () => connect(api.port, '127.0.0.1').pause());
    for (const socket of sockets) {
      socket.write('GET /_plugin/x/large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n');
    }
    await new Promise((resolve) => sockets[7]?.once('readable', resolve));
    expect((await api.ask('GET', '/_plugin/x/')).text).toBe('<p>home');
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(200);
    for (const socket of sockets) {
      socket.destroy();
    }
    await expect.poll(() => api.access.filter(({ url }) => url.endsWith('large.bin')).length).toBe(8);
  });
});
