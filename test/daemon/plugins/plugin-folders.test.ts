import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/daemon/plugins/fingerprint.ts';
import { findPlugin, findPlugins, siteIn } from '../../../src/daemon/plugins/plugin-folders.ts';
import { untrustedCode } from '../../../src/daemon/plugins/plugin-trust.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';

let dir = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  return () => rmSync(dir, { recursive: true, force: true });
});

/** Writes files of a plugin called `it`; a name that ends with a slash is a folder. */
function write(...files: readonly (string | readonly [string, string])[]): string {
  for (const file of files) {
    const [name, text] = typeof file === 'string' ? [file, ''] : file;
    const path = join(dir, 'it', name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true, mode: 0o755 });
    if (!name.endsWith('/')) {
      writeFileSync(path, text);
    }
  }
  return join(dir, 'it');
}

describe('a folder of plugins', () => {
  it('that is not there, or is a file, has none', () => {
    expect(findPlugins(join(dir, 'nowhere'))).toEqual([]);
    writeFileSync(join(dir, 'file'), '');
    expect(findPlugins(join(dir, 'file'))).toEqual([]);
  });

  it('has those folders whose names can stand in a path, says of others that theirs can not, and has no files', () => {
    const names = ['a', 'B-1', 'c_d.e', '9', 'constructor', 'toString', 'node_modules', '.git', '_site', '-x', 'a b', 'ä', 'a%', 'a\nb', 'a:b'];
    for (const name of names) {
      mkdirSync(join(dir, name));
    }
    writeFileSync(join(dir, 'file.js'), '');
    symlinkSync('a', join(dir, 'link'));
    symlinkSync('circle', join(dir, 'circle'));
    symlinkSync('nowhere', join(dir, 'dead'));
    const misnamed = findPlugins(dir).filter(({ problem }) => problem?.includes('rename the folder'));
    expect(misnamed.map(({ name }) => name)).toEqual(['-x', '_site', 'a\nb', 'a b', 'a%', 'a:b', 'ä']);
    const others = findPlugins(dir).filter((one) => !misnamed.some(({ name }) => name === one.name));
    expect(others.map(({ name }) => name)).toEqual(['9', 'B-1', 'a', 'c_d.e', 'constructor', 'link', 'toString']);
  });

  it.each(['', '.', '..', '../it', 'it/..', 'it/_site', '/', 'node_modules', '__proto__', '.it', 'it\0', 'it\n'])(
    'knows no plugin called %j',
    (name) => {
      write('index.html', '_site/index.html', '../node_modules/index.html', '../.it/index.html');
      expect([findPlugin(dir, name), siteIn(dir, name)]).toEqual([undefined, undefined]);
    },
  );
});

describe('the main module of a plugin', () => {
  it.each([
    [['index.js'], 'index.js'],
    [['index.mjs'], 'index.mjs'],
    [['index.cjs'], 'index.cjs'],
    [['index.js', 'index.mjs', 'index.cjs'], 'index.js'],
    [['index.mjs', ['package.json', '{}']], 'index.mjs'],
    [['index.js', 'a.js', ['package.json', '{"main": "a.js"}']], 'a.js'],
    [['a.js', ['package.json', '{"main": "./a"}']], 'a.js'],
    [['lib/index.js', ['package.json', '{"main": "lib"}']], 'lib/index.js'],
    [['lib/a.js', ['package.json', '{"exports": {".": {"import": "./lib/a.js"}}}']], 'lib/a.js'],
    [['index.js/', 'index.mjs'], 'index.mjs'],
    [['_site/index.html'], undefined],
    [['index.html'], undefined],
    [['index.html', ['package.json', '{"version": "1"}']], undefined],
  ])('of %j is %s', (files, module) => {
    const folder = write(...(files as (string | [string, string])[]));
    const found = findPlugin(dir, 'it');
    expect([found?.module, found?.problem]).toEqual([module === undefined ? undefined : join(folder, module), undefined]);
  });

  it.each([
    [['readme.md'], 'expected an index.js, a package.json that names a main module, or a folder _site in FOLDER, found none'],
    [['_site'], 'expected an index.js, a package.json that names a main module, or a folder _site in FOLDER, found none'],
    [[['package.json', '{"main": "a.js"}']], 'package.json names a.js, which is not there; build the plugin, or name another main'],
    [
      ['index.js', 'index.html', ['package.json', '{"main": "a.js"}']],
      'package.json names a.js, which is not there; build the plugin, or name another main',
    ],
    [['index.js', ['package.json', '{']], /^package\.json: expected JSON: /],
    [['thing/__init__.py'], 'is a plugin in Python, for the original gaffer: it has to be written anew, in JavaScript or TypeScript'],
    [['index.html', 'thing/__init__.py'], /^is a plugin in Python/],
    [['_site/index.html', 'thing/__init__.py'], /^is a plugin in Python/],
  ])('of %j is missing', (files, problem) => {
    const folder = write(...(files as (string | [string, string])[]));
    const found = findPlugin(dir, 'it');
    expect(found?.module).toBeUndefined();
    expect(found?.problem?.replace(folder, 'FOLDER')).toEqual(problem instanceof RegExp ? expect.stringMatching(problem) : problem);
  });

  it('in TypeScript is run where this Node can do so, and told of where it can’t', () => {
    const folder = write('index.ts');
    const can = Boolean((process.features as { readonly typescript?: unknown }).typescript);
    expect(findPlugin(dir, 'it')).toMatchObject(
      can
        ? { module: join(folder, 'index.ts'), problem: undefined }
        : { module: undefined, problem: `${folder}/index.ts needs Node 22.18 or newer: compile it, and name what comes out as main in package.json` },
    );
  });
});

describe('the site of a plugin', () => {
  it.each([
    [['_site/index.html'], '_site'],
    [['_site/', 'index.js', 'index.html'], '_site'],
    [['_site/', ['package.json', '{']], '_site'],
    [['index.html'], ''],
    [['index.html', ['package.json', '{"description": "d"}']], ''],
    [['index.html', 'index.js'], undefined],
    [['index.html', 'index.ts'], undefined],
    [['index.html', ['package.json', '{"main": "not-built.js"}']], undefined],
    [['index.html', ['package.json', '{']], undefined],
    [['index.html', 'thing/__init__.py'], undefined],
    [['page.html'], undefined],
    [['_site'], undefined],
  ])('of %j is served from "%s"', (files, site) => {
    const folder = write(...(files as (string | [string, string])[]));
    expect(siteIn(dir, 'it')).toBe(site === undefined ? undefined : join(folder, site));
  });
});

describe('the fingerprint of a plugin', () => {
  it('is another one when its code is, and only then', () => {
    const folder = write(['index.js', 'a'], ['lib/deep/a.js', 'a'], ['_site/index.html', 'a'], ['node_modules/x/index.js', 'a'], ['.git/HEAD', 'a']);
    let last = fingerprintOf(folder);
    const isOther = (): boolean => {
      const before = last;
      last = fingerprintOf(folder);
      return last !== before;
    };
    expect(isOther()).toBe(false);
    write(['_site/index.html', 'ab'], ['_site/new.html', ''], ['node_modules/x/index.js', 'ab'], ['.git/HEAD', 'ab'], ['.env', '']);
    expect(isOther()).toBe(false);
    write(['lib/deep/a.js', 'ab']);
    expect(isOther()).toBe(true);
    utimesSync(join(folder, 'index.js'), 1, 1);
    expect(isOther()).toBe(true);
    write(['new.json', '']);
    expect(isOther()).toBe(true);
    rmSync(join(folder, 'lib'), { recursive: true });
    expect(isOther()).toBe(true);
  });

  it('is told in no time, and without an error, where links lead nowhere, out, or round in circles', async () => {
    const folder = write('index.js', 'lib/a.js');
    for (const name of ['a', 'b', 'c']) {
      symlinkSync('..', join(folder, 'lib', name));
    }
    symlinkSync('self', join(folder, 'self'));
    symlinkSync('nowhere', join(folder, 'dead'));
    symlinkSync('/', join(folder, 'root'));
    expect(await cpuMsOf(() => expect(fingerprintOf(folder)).toBe(fingerprintOf(folder)))).toBeLessThan(2_000);
    expect(fingerprintOf(join(folder, 'nowhere'))).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('code of a plugin', () => {
  const OWN = process.geteuid?.() ?? 0;
  /** Opens the way to the plugin, as it is in `/etc`. */
  const open = (): string => {
    const folder = write('index.js', 'lib/a.js', 'package.json', '_site/index.html', 'node_modules/x/index.js');
    chmodSync(dir, 0o755);
    return folder;
  };

  it('that nobody else can change is run', () => {
    const folder = open();
    expect(untrustedCode({ folder, module: join(folder, 'index.js') })).toBeUndefined();
  });

  it.each(['index.js', 'lib/a.js', 'lib', 'package.json'])('that everybody can change is not: %s', (name) => {
    const folder = open();
    chmodSync(join(folder, name), name === 'lib' ? 0o777 : 0o666);
    const reason = untrustedCode({ folder, module: join(folder, 'index.js') });
    expect(reason).toMatch(
      new RegExp(
        `: everybody can write (?:it|into ${folder}/lib, and put another one in its place), so its code is not run: chmod go-w ${join(folder, name)}$`,
      ),
    );
  });

  it('whose folder everybody can write into is not', () => {
    const folder = open();
    chmodSync(dir, 0o777);
    expect(untrustedCode({ folder, module: join(folder, 'index.js') })).toBe(
      `${folder}/index.js: everybody can write into ${dir}, and put another one in its place, so its code is not run: chmod go-w ${dir}`,
    );
  });

  it('that package.json leads to somewhere else is looked at there', () => {
    const folder = open();
    const elsewhere = join(dir, 'elsewhere.js');
    writeFileSync(elsewhere, '');
    chmodSync(elsewhere, 0o666);
    expect(untrustedCode({ folder, module: elsewhere })).toContain(`${elsewhere}: everybody can write it, so its code is not run`);
  });

  it.runIf(OWN === 0)('of another user is not run by root, but by that user', () => {
    const folder = open();
    for (const name of ['', 'index.js', 'lib', 'lib/a.js', 'package.json']) {
      chownSync(join(folder, name), 65534, 0);
    }
    expect(untrustedCode({ folder, module: join(folder, 'index.js') }, 0)).toMatch(
      /^\/.*: the user nobody, whose it is, can write into .*, so its code is not run: /,
    );
    expect(untrustedCode({ folder, module: join(folder, 'index.js') }, 65534)).toBeUndefined();
  });

  it('is not judged where users have no numbers', () => {
    const folder = open();
    chmodSync(join(folder, 'index.js'), 0o666);
    const geteuid = process.geteuid;
    try {
      process.geteuid = undefined as never;
      expect(untrustedCode({ folder, module: join(folder, 'index.js') })).toBeUndefined();
    } finally {
      process.geteuid = geteuid as never;
    }
  });
});
