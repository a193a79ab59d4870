import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/daemon/database.ts';
import { Store } from '../../src/daemon/store.ts';
import type { StoredJob } from '../../src/daemon/stored-job.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let home: string;
let folder: string;
let file: string;
let problems: string[];
let stores: Store[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  folder = join(home, 'state');
  file = join(folder, 'state.db');
  problems = [];
  stores = [];
});

afterEach(() => {
  for (const store of stores) {
    store.close();
  }
  rmSync(home, { recursive: true, force: true });
});

function open(stateDir = folder): Store {
  const store = Store.open(stateDir, { onProblem: (message) => problems.push(message), now: () => new Date('2030-01-02T03:04:05.678Z') });
  stores.push(store);
  return store;
}

function job(name: string, more: Partial<StoredJob> = {}): StoredJob {
  return { session: 'shop', name, config: { name, cmd: `run ${name}` }, target: undefined, stopped: false, ...more };
}

function names(store: Store): readonly string[] {
  return store.jobs().map(({ session, name }) => `${session}.${name}`);
}

/** Changes the file as no gafferd would. */
function tamper(sql: string, path = file): void {
  const database = new Database(path);
  database.execute(sql);
  database.close();
}

const failure = (message: string): unknown => expect.objectContaining({ code: 'io_failed', status: 500, message });

describe('the jobs of a store', () => {
  it('are there when it is opened again, in the order in which they came', () => {
    const store = open();
    const full = job('web', {
      config: { name: 'web', cmd: 'a "b c"', env: { A: 'ü \ud800 "\n' }, args: null, flapping: { attempts: 3 }, uid: 'nobody', port: 5000 },
      target: 7,
      stopped: true,
    });
    const jobs = [job('z'), full, job('a', { session: 'bücher' }), job('a', { target: 0 })];
    for (const one of jobs) {
      store.putJob(one);
    }
    expect(store.jobs()).toEqual(jobs);
    store.close();
    expect(readdirSync(folder)).toEqual(['state.db']);
    expect(open().jobs()).toEqual(jobs);
    expect(problems).toEqual([]);
  });

  it('keep their place when they are put again', () => {
    const store = open();
    store.putJob(job('one', { target: 3, stopped: true }));
    store.putJob(job('two'));
    store.putJob(job('one', { config: { name: 'one', cmd: 'other' } }));
    expect(store.jobs()).toEqual([job('one', { config: { name: 'one', cmd: 'other' } }), job('two')]);
  });

  it('come last when they were deleted in between', () => {
    const store = open();
    for (const name of ['one', 'two', 'three']) {
      store.putJob(job(name));
    }
    store.deleteJob({ session: 'shop', job: 'three' });
    store.deleteJob({ session: 'shop', job: 'one' });
    store.putJob(job('one'));
    expect(names(store)).toEqual(['shop.two', 'shop.one']);
  });

  it('can be scaled, stopped and started', () => {
    const store = open();
    store.putJob(job('one'));
    store.setState({ session: 'shop', job: 'one' }, { target: 5, stopped: false });
    store.setStopped({ session: 'shop', job: 'one' }, true);
    expect(store.jobs()).toEqual([job('one', { target: 5, stopped: true })]);
    store.setState({ session: 'shop', job: 'one' }, { target: undefined, stopped: false });
    store.setStopped({ session: 'shop', job: 'one' }, false);
    expect(store.jobs()).toEqual([job('one')]);
  });

  it('can be changed in both ways at once, one by one and by session', () => {
    const store = open();
    for (const one of [job('one'), job('two'), job('one', { session: 'blog' })]) {
      store.putJob(one);
    }
    store.setState({ session: 'shop', job: 'two' }, { target: 5, stopped: true });
    expect(store.jobs()).toEqual([job('one'), job('two', { target: 5, stopped: true }), job('one', { session: 'blog' })]);
    store.setSessionState('shop', { target: undefined, stopped: true });
    expect(store.jobs()).toEqual([job('one', { stopped: true }), job('two', { stopped: true }), job('one', { session: 'blog' })]);
  });

  it('can be deleted one by one and by session', () => {
    const store = open();
    for (const one of [job('one'), job('two'), job('one', { session: 'blog' }), job('two', { session: 'blog' })]) {
      store.putJob(one);
    }
    store.deleteJob({ session: 'shop', job: 'two' });
    store.deleteSession('blog');
    expect(names(store)).toEqual(['shop.one']);
  });

  it('that are not kept are not made by a change', () => {
    const store = open();
    store.setState({ session: 'shop', job: 'one' }, { target: 5, stopped: false });
    store.setStopped({ session: 'shop', job: 'one' }, true);
    store.deleteJob({ session: 'shop', job: 'one' });
    store.deleteSession('shop');
    expect(store.jobs()).toEqual([]);
  });
});

describe('the folder of a store', () => {
  it('is made, and only this user can look into it', () => {
    folder = join(home, 'deep', 'state');
    open().putJob(job('one'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder);
    expect(files).toEqual(['state.db', 'state.db-shm', 'state.db-wal']);
    expect(files.map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  });

  it('is taken from others with the file in it', () => {
    open().close();
    execFileSync('chmod', ['-R', 'a+rX', folder]);
    open();
    expect([folder, file].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it.each([
    ['empty', []],
    ['a new volume', ['lost+found']],
    ["gafferd's", ['gafferd.log', 'other']],
  ])('is taken when it is open to others but %s', (_, files) => {
    mkdirSync(folder, { mode: 0o755 });
    for (const name of files) {
      writeFileSync(join(folder, name), '');
    }
    open();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is not taken from others who use it', () => {
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(join(folder, 'precious'), '');
    const message = `expected ${folder} to be a folder of gafferd's own, but others use it too: choose another folder with --state-dir`;
    expect(() => open()).toThrow(failure(message));
    expect(statSync(folder).mode & 0o777).toBe(0o755);
  });

  it('may be somewhere else', () => {
    mkdirSync(join(home, 'volume'));
    symlinkSync(join(home, 'volume'), folder);
    open().putJob(job('one'));
    expect(readdirSync(join(home, 'volume'))).toContain('state.db');
  });

  it('that is a file is refused', () => {
    writeFileSync(folder, '');
    const message = `expected ${folder} to be a folder of this user's, but it is not: remove it, or choose another folder with --state-dir`;
    expect(() => open()).toThrow(failure(message));
  });

  it('that cannot be made is refused', () => {
    writeFileSync(join(home, 'file'), '');
    folder = join(home, 'file', 'state');
    expect(() => open()).toThrow(
      failure(`cannot keep the state of gafferd in ${folder}: ENOTDIR: not a directory, stat '${folder}'; choose another folder with --state-dir`),
    );
  });
});

describe('a store whose file is gone', () => {
  it.each([
    ['was removed', () => rmSync(folder, { recursive: true })],
    [
      'was replaced',
      () => {
        renameSync(file, `${file}.old`);
        writeFileSync(file, '');
      },
    ],
  ])('for it %s, says so for every change, and does not pretend to have kept it', (_, act) => {
    const store = open();
    store.putJob(job('one'));
    act();
    const message = `${file} was removed or replaced while gafferd has it, so that no change can be kept: what runs goes on; stop gafferd and start it again`;
    for (const change of [
      () => store.putJob(job('two')),
      () => store.putJobs([job('two'), job('three')]),
      () => store.deleteSession('shop'),
      () => store.webhooks.add({ id: 'a', event: 'load', url: 'http://a.example/', secret: undefined }),
    ]) {
      expect(change).toThrow(expect.objectContaining({ code: 'io_failed', message }) as Error);
    }
    expect(store.jobs().map(({ name }) => name)).toEqual(['one']);
  });
});

describe('the number of a run', () => {
  it('is the time, and more than that where the clock was set back since', () => {
    expect(open().nextGeneration(1000)).toBe(1000);
    stores.pop()?.close();
    const later = open();
    expect(later.nextGeneration(2000)).toBe(2000);
    expect([500, 2000, 1999].map((nowMs) => later.nextGeneration(nowMs))).toEqual([2001, 2002, 2003]);
    expect(later.nextGeneration(Date.UTC(2100, 0))).toBe(Date.UTC(2100, 0));
    expect(later.nextGeneration(3000)).toBe(Date.UTC(2100, 0) + 1);
  });
});

describe('a file that cannot be used', () => {
  const ASIDE = 'state.db.broken-2030-01-02T030405.678Z';

  function expectNewOne(fault: string, kept = ASIDE): void {
    const store = open();
    const aside = join(folder, ASIDE);
    expect(problems).toEqual([
      `${file} ${fault}: it is kept as ${aside}, and a new one is begun without what was in it: jobs, webhooks, users and keys`,
    ]);
    expect(store.jobs()).toEqual([]);
    expect(existsSync(join(folder, kept))).toBe(true);
    store.putJob(job('new'));
    store.close();
    expect(names(open())).toEqual(['shop.new']);
    expect(problems).toHaveLength(1);
  }

  function makeFile(content: string | Buffer): void {
    mkdirSync(folder);
    writeFileSync(file, content);
  }

  function makeStore(): void {
    const store = open();
    for (let n = 1; n <= 50; n += 1) {
      store.putJob(job(`job${n}`, { config: { name: `job${n}`, cmd: 'x'.repeat(1000) } }));
    }
    store.close();
  }

  it('because it is empty is put aside', () => {
    makeFile('');
    expectNewOne('is empty');
  });

  it('because it is something else is put aside as it is', () => {
    makeFile('hello\n'.repeat(1000));
    expectNewOne('is damaged (file is not a database)');
    expect(readFileSync(join(folder, ASIDE), 'utf8')).toBe('hello\n'.repeat(1000));
  });

  it('because it is half written is put aside', () => {
    makeStore();
    truncateSync(file, Math.floor(statSync(file).size / 2));
    expectNewOne('is damaged (database disk image is malformed)');
  });

  it('because a page of it is overwritten is put aside', () => {
    makeStore();
    const content = readFileSync(file);
    writeFileSync(file, content.fill(0x5a, 4096 * 2, 4096 * 4));
    expectNewOne('is damaged');
  });

  it('because its head says that it must not be written is put aside', () => {
    makeStore();
    const content = readFileSync(file);
    content[18] = 7;
    writeFileSync(file, content);
    expectNewOne('is damaged (attempt to write a readonly database)');
  });

  it('because it is a folder is put aside', () => {
    mkdirSync(file, { recursive: true });
    expectNewOne('is not a file');
  });

  it("because it is another program's is put aside", () => {
    mkdirSync(folder);
    tamper('CREATE TABLE jobs (id); PRAGMA user_version = 1');
    expectNewOne('is not a file of gafferd');
  });

  it('because a newer gafferd has written it is put aside', () => {
    makeStore();
    tamper('PRAGMA user_version = 1000');
    expectNewOne('was written by a newer gafferd');
    tamper('PRAGMA user_version = 4', join(folder, ASIDE));
    renameSync(join(folder, ASIDE), file);
    expect(open().jobs()).toHaveLength(50);
  });

  it('because its table is not what it was is put aside', () => {
    makeStore();
    tamper('ALTER TABLE jobs RENAME COLUMN target TO wanted');
    expectNewOne('is damaged (no such column: target)');
  });

  it('because it is gone leaves no log for the new one', () => {
    makeFile('');
    rmSync(file);
    writeFileSync(`${file}-wal`, 'what was not yet in the file');
    expectNewOne('is gone, but its -wal file is there', `${ASIDE}-wal`);
  });

  it('is never read as if it were sound, and never ends the process, wherever bytes are changed', { timeout: 60_000 }, () => {
    makeStore();
    const sound = readFileSync(file);
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 1; round <= 150; round += 1) {
      rmSync(folder, { recursive: true });
      const content = Buffer.from(sound);
      for (let flips = random(4); flips >= 0; flips -= 1) {
        content[random(2) === 0 ? random(1000) : random(content.length)]! ^= 1 + random(255);
      }
      makeFile(content);
      const store = open();
      store.jobs();
      store.putJob(job('new'));
      expect(names(store)).toContain('shop.new');
      store.close();
    }
  });
});

describe('a job that cannot be read', () => {
  it.each([
    ["config = '{'", 'its configuration is not JSON'],
    ["config = ''", 'its configuration is not JSON'],
    ["config = CAST(X'7B22FF' AS TEXT)", 'its configuration is not JSON'],
    ["config = 'null'", 'expected an object with the members of a job'],
    [`config = '{"name":"two","cmd":7}'`, 'cmd: expected a command, got 7'],
    ['target = -1', 'expected a number of processes, got something else'],
    ['target = 1152921504606846977', 'expected a number of processes, got something else'],
  ])('is told of and left out, and stays: %s', (change, fault) => {
    const before = open();
    for (const name of ['one', 'two', 'three']) {
      before.putJob(job(name));
    }
    before.close();
    tamper(`UPDATE jobs SET ${change} WHERE name = 'two'`);
    const store = open();
    expect(names(store)).toEqual(['shop.one', 'shop.three']);
    expect(problems).toEqual([expect.stringContaining(`the job shop.two in ${file} is left out: ${fault}`)]);
    store.putJob(job('two'));
    expect(names(store)).toEqual(['shop.one', 'shop.two', 'shop.three']);
  });
});

/** Whether a file system can be mounted here, which needs root. */
function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', place], { stdio: 'ignore' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
}

describe.runIf(canMount())('a file system', () => {
  function mount(options: string): void {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=700,${options}`, 'tmpfs', folder]);
  }

  afterEach(() => {
    execFileSync('umount', ['-l', folder]);
  });

  it('that is full: nothing is half done, and it goes on when there is room', () => {
    mount('size=256k');
    const store = open();
    store.putJob(job('one'));
    writeFileSync(join(folder, 'filler'), Buffer.alloc(1024));
    fill(join(folder, 'filler'));
    const full = failure(`cannot write ${file}: the disk is full; make room there and try again`) as Error;
    expect(() => store.putJob(job('two'))).toThrow(full);
    expect(() => store.putJob(job('one', { stopped: true }))).toThrow(full);
    expect(() => store.deleteJob({ session: 'shop', job: 'one' })).toThrow(full);
    expect(store.jobs()).toEqual([job('one')]);
    rmSync(join(folder, 'filler'));
    store.putJob(job('three'));
    expect(() => store.putJob(job('four', { config: { name: 'four', cmd: 'x'.repeat(300_000) } }))).toThrow(full);
    store.close();
    expect(open().jobs()).toEqual([job('one'), job('three')]);
    expect(problems).toEqual([]);
  });

  it('that is full from the beginning is told of, and nothing is put aside', () => {
    mount('size=256k');
    open().close();
    fill(join(folder, 'filler'));
    expect(() => open()).toThrow(failure(`cannot write ${file}: the disk is full; make room there and try again`));
    expect(problems).toEqual([]);
    rmSync(join(folder, 'filler'));
    expect(open().jobs()).toEqual([]);
  });

  it('that is read-only is told of', () => {
    mount('ro');
    expect(() => open()).toThrow(
      failure(
        `cannot keep the state of gafferd in ${folder}: EROFS: read-only file system, chmod '${folder}'; choose another folder with --state-dir`,
      ),
    );
  });

  function fill(path: string): void {
    try {
      for (;;) {
        writeFileSync(path, Buffer.alloc(4096), { flag: 'a' });
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
  }
});

/** Puts job after job, from a number on, and says each when it is put. */
const PUTTER = `
  import { writeSync } from 'node:fs';
  import { Store } from './src/daemon/store.ts';
  const store = Store.open(process.argv[2], { onProblem: (message) => { throw new Error(message); } });
  for (let n = Number(process.argv[3]); ; n += 1) {
    const name = 'job' + n;
    store.putJob({ session: 'shop', name, config: { name, cmd: 'x'.repeat(n * 37 % 9000) }, target: n, stopped: n % 2 === 0 });
    writeSync(1, n + '\\n');
  }
`;

describe('a gafferd that is killed', () => {
  it('loses nothing of what it had answered', { timeout: 120_000 }, async () => {
    const program = join(home, 'putter.cjs');
    const stdin = { contents: PUTTER, resolveDir: ROOT, loader: 'ts' } as const;
    buildSync({ stdin, bundle: true, platform: 'node', format: 'cjs', external: ['libsql'], outfile: program });
    let next = 1;
    for (let round = 1; round <= 20; round += 1) {
      const child = spawn(process.execPath, [program, folder, String(next)], {
        env: { PATH: process.env['PATH'], NODE_PATH: join(ROOT, 'node_modules') },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const end = next + Math.floor(Math.random() * 60);
      let last = next - 1;
      for await (const line of createInterface(child.stdout)) {
        last = Number(line);
        if (last >= end) {
          child.kill('SIGKILL');
        }
      }
      expect(last).toBeGreaterThanOrEqual(end);
      const store = open();
      const kept = store.jobs().map(({ target }) => target ?? 0);
      store.close();
      // the last one may have been on disk and not said yet
      expect([last, last + 1]).toContain(kept.length);
      expect(kept).toEqual(kept.map((_, index) => index + 1));
      next = kept.length + 1;
    }
    expect(problems).toEqual([]);
  });
});
