import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { examplesOf, optionsOf } from '../../../src/cli/man/help.ts';
import { manualOf } from '../../../src/cli/man/manual.ts';
import { MANUAL_NOTES } from '../../../src/cli/man/manual-notes.ts';
import { variableOf } from '../../../src/cli/man/option-item.ts';
import { pageName } from '../../../src/cli/man/see-also.ts';
import { defaultStateDir } from '../../../src/daemon/config/folders.ts';
import { defaultFolders } from '../../../src/daemon/config/place.ts';
import { builtPrograms, MANUAL } from '../../support/manual.ts';

const DATE = '2026-11-22';
const PAGES = new Map(builtPrograms().flatMap((program) => manualOf(program, DATE).map(({ file, text }) => [file, text] as const)));
const has = (program: string): boolean => spawnSync(program, ['-h']).error === undefined;
const HAS_MAN = has('man');
const HAS_MANDOC = has('mandoc');

/** A page as text, without roff's escapes. */
function plain(roff: string): string {
  return roff
    .replaceAll(/\\f[BIR]/g, '')
    .replaceAll('\\-', '-')
    .replaceAll('\\(aq', "'")
    .replaceAll('\\(dq', '"')
    .replaceAll('\\(ti', '~')
    .replaceAll('\\~', ' ')
    .replaceAll('\\&', '')
    .replaceAll('\\e\n    ', '')
    .replaceAll(/\n(?!\.)/g, ' ');
}

const COMMANDS = builtPrograms().flatMap((program) => {
  const { chapter } = MANUAL_NOTES[program.name]!;
  return program.commands.map((command) => {
    const names = program.isSingle ? [program.name] : [command.id, ...command.aliases].map((name) => pageName(program.name, name));
    return {
      title: program.isSingle ? program.name : `${program.name} ${command.id}`,
      program,
      command,
      pages: names.map((name) => `${name}.${chapter}`),
    };
  });
});

describe('the manual', () => {
  it.for(COMMANDS)('tells of $title what its help tells', ({ program, command, pages }) => {
    for (const name of pages) {
      const page = plain(PAGES.get(name) ?? '');
      expect(page).toContain(command.summary);
      const description = (command.description ?? `${command.summary}.`).split(/\s*\n\s*/);
      expect(description.filter((line) => !page.replaceAll(/\s+/g, ' ').includes(line.replaceAll(/\s+/g, ' ')))).toEqual([]);
      for (const { name: option, type, char, allowNo = false, aliases = [], ...more } of optionsOf(command)) {
        expect(page).toMatch(
          new RegExp(`^\\.TP ${char === undefined ? '' : `-${char}, `}--${allowNo ? '\\[no-\\]' : ''}${option}${type === 'option' ? '=' : ' '}`, 'm'),
        );
        const variable = variableOf({ name: option, type, ...more });
        expect(variable === undefined || page.includes(`.TP ${variable} Stands for --`), variable).toBe(true);
        expect(aliases.filter((alias) => !page.includes(`--${alias}`))).toEqual([]);
      }
      expect(Object.keys(command.args).filter((arg) => !page.includes(`.TP ${arg.toUpperCase()}`))).toEqual([]);
      expect(examplesOf(command, program.name).filter((example) => !page.includes(`$ ${example}\n`))).toEqual([]);
      expect([command.id, ...command.aliases].filter((alias) => !program.isSingle && !page.includes(`${program.name} ${alias}`))).toEqual([]);
    }
  });

  it('has no page of anything else', () => {
    const programs = builtPrograms().map(({ name }) => `${name}.${MANUAL_NOTES[name]!.chapter}`);
    expect([...PAGES.keys()].sort()).toEqual([...new Set([...programs, ...COMMANDS.flatMap(({ pages }) => pages)])].sort());
  });

  it('names only pages that there are', () => {
    const known = [...PAGES.keys()];
    const all = [...PAGES].flatMap(([page, text]) =>
      [...plain(text).matchAll(/([\w-]+)\((\d)\)/g)].map(([, name, chapter]) => `${page}: ${name}.${chapter}`),
    );
    expect(all.length).toBeGreaterThan(known.length);
    expect(all.filter((link) => !known.includes(link.split(': ')[1]!))).toEqual([]);
  });

  it('lists the commands of a program in its page', () => {
    for (const program of builtPrograms().filter(({ isSingle }) => !isSingle)) {
      const page = plain(PAGES.get(`${program.name}.1`)!);
      expect(
        program.commands.filter(({ id, summary }) => !page.includes(`.TP ${program.name} ${id} ${pageName(program.name, id)}(1): ${summary}.`)),
      ).toEqual([]);
    }
  });

  it('uses a command as its help does', () => {
    const gaffer = fileURLToPath(new URL('../../../bin/gaffer.js', import.meta.url));
    const [, usage = ''] = execFileSync(process.execPath, [gaffer, 'help', 'run'], { encoding: 'utf8' }).split('USAGE\n  $ ');
    const [line = ''] = usage.split('\n\n');
    expect(plain(PAGES.get('gaffer-run.1')!)).toContain(`.HP 4 ${line.replaceAll(/\s+/g, ' ')}\n`);
  });

  it('names the places where gafferd looks', () => {
    const page = plain(PAGES.get('gafferd.8')!);
    const folders = [
      ...defaultFolders({ isRoot: false, home: '~' }),
      ...defaultFolders({ isRoot: true, home: undefined, execPath: '/usr/local/bin/node' }),
    ];
    for (const place of [
      ...folders.map((folder) => `${folder}/gafferd.ini`),
      ...[true, false].map((isRoot) => defaultStateDir({ env: {}, home: '~', isRoot })),
    ]) {
      expect(page).toContain(`.TP ${place}`);
    }
  });
});

describe('the manual that is built', () => {
  it('is the same but for its date', () => {
    const built = readdirSync(MANUAL).map(
      (file) => [file, readFileSync(`${MANUAL}/${file}`, 'utf8').replace(/^(\.TH ".*?" \d) ".*?"/, `$1 "${DATE}"`)] as const,
    );
    expect(Object.fromEntries(built)).toEqual(Object.fromEntries(PAGES));
  });

  it('is what npm installs (`npm run man` lists it anew)', () => {
    const { man } = JSON.parse(readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8')) as {
      readonly man: readonly string[];
    };
    expect(man).toEqual(readdirSync(MANUAL).map((file) => `dist/man/${file}`));
  });

  // skipped where there is no mandoc: nothing else judges roff
  it.skipIf(!HAS_MANDOC)('has nothing that mandoc complains of', () => {
    // the date is that of the commit, and there may be none
    const { stdout } = spawnSync('mandoc', ['-Tlint', ...readdirSync(MANUAL).map((file) => `${MANUAL}/${file}`)], { encoding: 'utf8' });
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
  });

  // skipped where there is no man, as in many containers
  // the same of man itself
  it.skipIf(!HAS_MAN)('is shown by man', () => {
    const env = { PATH: process.env['PATH'], HOME: '/', LANG: 'C.UTF-8', MANWIDTH: '80', MANPAGER: 'cat' };
    const { stdout, stderr } = spawnSync('man', ['--warnings', '-l', `${MANUAL}/gaffer-stop.1`], { encoding: 'utf8', env });
    expect(stderr).toBe('');
    expect(stdout.replaceAll(/\x1b\[\d*m|.\x08/g, '')).toContain(
      'SYNOPSIS\n       gaffer stop [NAME...] [-g URL] [--api-key KEY] [--cacert FILE]\n           [--certfile FILE]',
    );
  });
});
