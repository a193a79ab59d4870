import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PREFIX, parseEtcdAddress } from '../../src/lookupd/etcd/address.ts';
import { LOOKUP_ROUTES } from '../../src/lookupd/routes.ts';
import { ExampleShell } from '../support/example-shell.ts';
import { GAFFERD } from '../support/gafferd.ts';
import { LookupRig } from '../support/lookup-rig.ts';
import { GAFFER_LOOKUPD } from '../support/lookupd-program.ts';
import { type TestProject, test } from '../support/project.ts';

const FOLDER = fileURLToPath(new URL('../../docs', import.meta.url));
const PAGE = readFileSync(`${FOLDER}/lookupd.md`, 'utf8');

function blocksOf(text: string): readonly string[] {
  return [...text.matchAll(/^```\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

const BLOCKS = blocksOf(PAGE);

/** How it is started, and its keys; what is shown of several nodes is not for one machine. */
const BEGINNING = PAGE.slice(PAGE.indexOf('\n## Start it\n'), PAGE.indexOf('\n## TLS\n'));

/** Commands of its beginning, and what is shown below them. */
const COMMANDS = blocksOf(BEGINNING)
  .filter((block) => block.startsWith('$ '))
  .flatMap((block) => block.split(/^\$ /m).slice(1))
  .map((text) => ({ command: text.slice(0, text.indexOf('\n')), output: text.slice(text.indexOf('\n') + 1) }));

/** What is different each time. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[\d+\]/g, 'TIME [PID]')
    .replaceAll(/(gafferd|gaffer_lookupd) \d+\.\d+\.\d+/g, '$1 N')
    .replaceAll(/key-[0-9a-f]{12}/g, 'KEY')
    .replaceAll(/\b[0-9a-f]{32}\b/g, 'SECRET')
    .replaceAll(/"name":"[^"]+"/g, '"name":"box"');
}

/** Whoever tries the page out: servers are started to stay, at free ports, and what they log is taken for what the command shows. */
class Reader {
  readonly #project: TestProject;
  readonly #shell: ExampleShell;
  readonly #ports = new Map<string, string>();

  constructor(project: TestProject) {
    this.#project = project;
    this.#shell = new ExampleShell(project, { XDG_STATE_HOME: `${project.root}/state` }, {});
    project.write('shop.ini', '[gaffer]', '[process:shop.web]', 'cmd = sleep 1000', 'numprocesses = 2');
  }

  async does(command: string, output: string): Promise<string> {
    const isServer = /^(?:gaffer_lookupd|gafferd -c shop\.ini .*)$/.test(command);
    const text = isServer ? await this.#starts(command, output) : (await this.#shell.type(this.#here(command), { shows: /^/ })).text;
    return [...this.#ports].reduce((all, [printed, real]) => all.replaceAll(`:${real}`, `:${printed}`), withoutChance(text));
  }

  async #starts(command: string, output: string): Promise<string> {
    const [name = '', ...args] = this.#here(command).split(' ');
    const program = this.#project.spawn([...args, '--bind', '127.0.0.1:0'], {
      program: name === 'gafferd' ? GAFFERD : GAFFER_LOOKUPD,
      env: { XDG_STATE_HOME: `${this.#project.root}/state`, GAFFERD_CONFIG: this.#project.root },
    });
    await program.stderr.until(/listens on .*\n/);
    const [, port = ''] = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(program.stderr.text) ?? [];
    this.#ports.set(name === 'gafferd' ? '5000' : '5010', port);
    const lines = output.trimEnd().split('\n').length;
    await expect.poll(() => program.stderr.text.trimEnd().split('\n').length).toBe(lines);
    return program.stderr.text;
  }

  #here(text: string): string {
    return [...this.#ports].reduce((all, [printed, real]) => all.replaceAll(`:${printed}`, `:${real}`), text);
  }
}

describe('the page about gaffer_lookupd', () => {
  test('shows what the commands of its beginning do', async ({ project }) => {
    const reader = new Reader(project);
    const ids = new Map<string, string>();
    for (const { command, output } of COMMANDS) {
      const typed = [...ids].reduce((text, [printed, real]) => text.replaceAll(printed, real), command);
      const seen = await reader.does(typed, output);
      expect(seen.trimEnd(), command).toBe(withoutChance(output).trimEnd());
      await learnIds(project, ids);
    }
    expect(COMMANDS.length).toBe(7);
  });

  it('has every path of the API in its table, with what it tells', () => {
    const rows = [...PAGE.matchAll(/^\| `(\/[^`]*)` \| (.*?) \| .* \|$/gm)].map(([, path, summary]) => [path, summary]);
    expect(rows).toEqual(LOOKUP_ROUTES.map(({ path, summary }) => [path, summary]));
    expect(LOOKUP_ROUTES.filter(({ isPublic }) => isPublic).map(({ path }) => path)).toEqual(LOOKUP_ROUTES.slice(0, 4).map(({ path }) => path));
  });

  it('shows a conversation as it is, and what is told of it', async () => {
    const rig = await LookupRig.open();
    const watcher = await rig.watch();
    const node = await rig.node();
    const lines = (BLOCKS.find((block) => block.startsWith('> ')) ?? '').trimEnd().split('\n');
    for (let at = 0; at < lines.length; at += 2) {
      const [said = '', answered = ''] = lines.slice(at, at + 2);
      expect(`< ${JSON.stringify(await node.say(said.slice(2)))}`).toBe(answered);
    }
    node.socket.close();
    await watcher.find(({ event }) => event === 'remove_node');
    const events = BLOCKS.filter((block) => block.startsWith('{"event"')).flatMap((block) => block.trimEnd().split('\n'));
    expect(watcher.messages.map((message) => JSON.stringify(message))).toEqual(events);
  });

  it('says where keys of etcd begin, and how its address is written', () => {
    expect(PAGE).toContain(`(\`${DEFAULT_PREFIX}\`)`);
    const [, example = ''] = /^gaffer_lookupd --store (\S+)$/m.exec(PAGE) ?? [];
    expect(parseEtcdAddress(example).endpoints).toHaveLength(3);
    const [, whole = ''] = /`(etcd\[s\]:\S+)`/.exec(PAGE) ?? [];
    const written = whole
      .replaceAll(/[[\]]|\.\.\./g, '')
      .replaceAll('PORT', '1')
      .replace('/PREFIX', '/x');
    expect(parseEtcdAddress(written)).toMatchObject({
      prefix: '/x/',
      login: { user: 'USER' },
      files: { cacert: 'FILE', certfile: 'FILE', keyfile: 'FILE' },
    });
  });

  it('links to what there is', () => {
    const links = [...PAGE.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const missing = links.filter((link) => {
      const [file = '', heading] = link.split('#');
      const path = `${FOLDER}/${file === '' ? 'lookupd.md' : file}`;
      const anchors = existsSync(path) ? [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchorOf(text)) : [];
      return !existsSync(path) || (heading !== undefined && !anchors.includes(heading));
    });
    expect(missing).toEqual([]);
  });
});

/** The keys that there are now stand for those of the page, in their order. */
async function learnIds(project: TestProject, ids: Map<string, string>): Promise<void> {
  const { stdout } = await project.spawn(['--list-keys'], { program: GAFFER_LOOKUPD, env: { XDG_STATE_HOME: `${project.root}/state` } }).result();
  const real = [...stdout.matchAll(/^key-\w+/gm)].map(([id]) => id);
  const printed = [...new Set([...PAGE.matchAll(/key-[0-9a-f]{12}/g)].map(([id]) => id))];
  for (const [index, id] of printed.entries()) {
    if (real[index] !== undefined && !ids.has(id)) {
      ids.set(id, real[index]);
    }
  }
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}
