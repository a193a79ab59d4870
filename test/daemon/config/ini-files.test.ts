import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type ConfigRig, test } from './rig.ts';

function filesOf(rig: ConfigRig, text: string): readonly string[] {
  return rig.config(text).files.map((file) => file.slice(rig.home.length + 1));
}

describe('included files', () => {
  test('are read in their order, from beside the file that names them', ({ rig }) => {
    rig.write('b.ini', '');
    rig.write('conf/a.ini', '[gaffer]\ninclude = c.ini ../b.ini');
    rig.write('conf/c.ini', '[process:c]\ncmd = x');
    expect(filesOf(rig, '[gaffer]\ninclude = conf/a.ini, b.ini\n  ~/b.ini')).toEqual(['x.ini', 'conf/a.ini', 'conf/c.ini', 'b.ini']);
  });

  test('are found in folders, sorted, and not among what is no ini file', ({ rig }) => {
    for (const name of ['z.ini', 'a/2.ini', 'a/10.ini', 'a/b/x.ini', 'a/x.ini.bak', 'a/.#x.ini', 'readme', 'other/o.ini']) {
      rig.write(`conf/${name}`, name.endsWith('.ini') && !name.includes('#') ? '' : 'no ini file');
    }
    mkdirSync(join(rig.home, 'conf/folder.ini'));
    rig.write('conf/folder.ini/in.ini', '');
    symlinkSync(join(rig.home, 'conf/a'), join(rig.home, 'conf/round.ini'));
    symlinkSync(rig.write('far.ini', ''), join(rig.home, 'conf/near.ini'));
    expect(filesOf(rig, '[gaffer]\ninclude_dir = conf/a conf')).toEqual([
      'x.ini',
      'conf/a/10.ini',
      'conf/a/2.ini',
      'conf/a/b/x.ini',
      'conf/folder.ini/in.ini',
      'conf/near.ini',
      'conf/other/o.ini',
      'conf/z.ini',
    ]);
  });

  test('are read once, however often they are named', ({ rig }) => {
    rig.write('a.ini', '[gaffer]\ninclude = x.ini b.ini\ninclude_dir = .\n[process:a]\ncmd = x');
    rig.write('b.ini', '[gaffer]\ninclude = a.ini ./b.ini');
    expect(filesOf(rig, '[gaffer]\ninclude = a.ini')).toEqual(['x.ini', 'a.ini', 'b.ini']);
  });

  test('may say what the main file does not', ({ rig }) => {
    rig.write('conf/a.ini', '[gaffer]\npidfile = p\n[webhooks]\nexit = http://b');
    const { pidfile, webhooks } = rig.config('[gaffer]\ninclude = conf/a.ini\n[webhooks]\nspawn = http://a');
    expect(pidfile).toBe(join(rig.home, 'conf/p'));
    expect(webhooks.map(({ event }) => event)).toEqual(['spawn', 'exit']);
  });

  test('may not say it again', ({ rig }) => {
    rig.write('a.ini', '[gaffer]\n\npidfile = q');
    expect(rig.findings('[gaffer]\npidfile = p\ninclude = a.ini')).toEqual(['a.ini:3: [gaffer] pidfile: x.ini:2 says this already; remove one']);
  });

  test('are complained of where they are named', ({ rig }) => {
    mkdirSync(join(rig.home, 'folder'));
    rig.write('plain', '');
    rig.write('latin1.ini', Buffer.from('# caf\xe9', 'latin1'));
    rig.write('binary.ini', Buffer.from([0x5b, 0, 1, 2]));
    rig.write('utf16.ini', Buffer.from('\uFEFF[gaffer]', 'utf16le'));
    const text = '[gaffer]\ninclude = no.ini, folder latin1.ini binary.ini utf16.ini plain/x.ini\ninclude_dir = none plain';
    expect(rig.findings(text)).toEqual([
      'x.ini:2: [gaffer] include: cannot read no.ini: there is no such file',
      'x.ini:2: [gaffer] include: cannot read folder: it is a folder',
      'x.ini:2: [gaffer] include: cannot read latin1.ini: expected text in UTF-8, got something else',
      'x.ini:2: [gaffer] include: cannot read binary.ini: expected text in UTF-8, got something else',
      'x.ini:2: [gaffer] include: cannot read utf16.ini: expected text in UTF-8, got something else',
      'x.ini:2: [gaffer] include: cannot read plain/x.ini: what should be a folder is none',
      'x.ini:3: [gaffer] include_dir: cannot read none: there is no such file',
      'x.ini:3: [gaffer] include_dir: cannot read plain: what should be a folder is none',
    ]);
  });

  // root may read everything
  test.skipIf(process.getuid?.() === 0)('must be readable', ({ rig }) => {
    chmodSync(rig.write('a.ini', ''), 0);
    expect(rig.findings('[gaffer]\ninclude = a.ini')).toEqual(['x.ini:2: [gaffer] include: cannot read a.ini: permission denied']);
  });

  test('have findings of their own', ({ rig }) => {
    rig.write('a.ini', '[process:a]\nnope = 1\n[gafer]');
    expect(rig.findings('[gaffer]\ninclude = a.ini')).toEqual([
      'a.ini:2: [process:a] nope: no such job setting',
      'a.ini:3: expected a section like [process:web], got [gafer]; did you mean "gaffer"?',
    ]);
  });
});

test('the main file may come through a pipe', ({ rig }) => {
  execFileSync('mkfifo', [join(rig.home, 'pipe')]);
  execFileSync('sh', ['-c', `printf '[gaffer]\\nbacklog = 3\\n' > pipe &`], { cwd: rig.home, stdio: 'ignore' });
  expect(rig.read({ config: 'pipe' }).config?.endpoints[0]?.backlog).toBe(3);
});
