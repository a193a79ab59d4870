import { execFileSync, fork } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { projectFolder, sessionsFolder } from '../../src/local/session-folder.ts';
import { bootId } from '../../src/supervisor/process-table.ts';
import { becomes, startTimeOf } from '../support/processes.ts';
import type { Program } from '../support/program.ts';
import { type TestProject, test } from '../support/project.ts';

const CLAIM = fileURLToPath(new URL('../programs/claim.mjs', import.meta.url));

const UP = 'web: echo up; exec sleep 100';

/** Kills gaffer and its guard so that nobody ends the children. */
async function killBoth(project: TestProject, gaffer: Program): Promise<void> {
  const guard = await project.guard();
  process.kill(guard, 'SIGSTOP');
  await gaffer.end('SIGKILL');
  process.kill(guard, 'SIGKILL');
  expect(await becomes(() => project.guards.length === 0, 10_000)).toBe(true);
}

/** Writes a session's record, as if gaffer had. */
function writeRecord(project: TestProject, record: object | string): void {
  const folder = join(projectFolder(sessionsFolder({ XDG_RUNTIME_DIR: project.runtime }), project.root), 'session');
  const text = typeof record === 'string' ? record : JSON.stringify({ bootId: bootId(), runId: 'a-run', root: project.root, ...record });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a-run.json'), text);
}

describe('two sessions in one folder', () => {
  test('the second says who runs there, and ends with 1', async ({ project }) => {
    project.write('Procfile', UP);
    const first = project.spawn(['start']);
    await first.stdout.until('up');
    const stderr = `gaffer: gaffer start is running in ${project.root} already (pid ${first.pid}): stop that one first, or run this one in another folder\n`;
    expect(await project.run(['start'])).toMatchObject({ code: 1, stdout: '', stderr });
    expect((await first.end('SIGINT')).code).toBe(130);
  });

  test('also by another name of the folder', async ({ project }) => {
    project.write('Procfile', UP);
    symlinkSync(project.root, join(project.root, 'link'));
    const first = project.spawn(['start']);
    await first.stdout.until('up');
    const second = await project.run(['start', '-d', 'link']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`already (pid ${first.pid})`);
  });

  test('another folder is another session', async ({ project }) => {
    project.write('Procfile', UP);
    project.write('sub/Procfile', UP);
    const first = project.spawn(['start']);
    const second = project.spawn(['start', '-d', 'sub']);
    await Promise.all([first.stdout.until('up'), second.stdout.until('up')]);
    expect((await second.end('SIGINT')).code).toBe(130);
    expect(first.hasEnded).toBe(false);
  });

  test('of ten that start at once exactly one runs', { timeout: 60_000 }, async ({ project }) => {
    project.write('Procfile', UP);
    const all = Array.from({ length: 10 }, () => project.spawn(['start']));
    expect(await becomes(() => all.filter(({ hasEnded }) => hasEnded).length === 9, 40_000)).toBe(true);
    const [winner, ...others] = all.toSorted((one, other) => Number(one.hasEnded) - Number(other.hasEnded));
    await winner!.stdout.until('up');
    for (const loser of others) {
      expect(await loser.result()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`already (pid ${winner!.pid})`) as string });
    }
  });

  test('one after the other is fine', async ({ project }) => {
    project.write('Procfile', 'web: echo up');
    for (let round = 1; round <= 3; round += 1) {
      expect((await project.run(['start', '--on-exit', 'stop'])).code).toBe(0);
    }
  });
});

describe('what a killed session has left', () => {
  test('is found by exactly one of ten that start at once', { timeout: 60_000 }, async ({ project }) => {
    project.write('Procfile', UP);
    const killed = project.spawn(['start']);
    await killed.stdout.until('up');
    await killBoth(project, killed);
    const left = project.processes.map(({ pid }) => pid);
    const all = Array.from({ length: 10 }, () => project.spawn(['start']));
    expect(await becomes(() => all.filter(({ hasEnded }) => hasEnded).length === 9, 40_000)).toBe(true);
    await all.find(({ hasEnded }) => !hasEnded)!.stdout.until('up');
    expect(left.filter((pid) => project.processes.some((one) => one.pid === pid))).toEqual([]);
  });

  test('is never claimed by two, however close they come', async ({ project }) => {
    const rivals = Array.from({ length: 6 }, () => fork(CLAIM, { env: project.env(), execArgv: [] }));
    const ask = async (question: object): Promise<boolean[]> =>
      await Promise.all(
        rivals.map(
          (rival) =>
            new Promise<boolean>((resolve) => {
              rival.once('message', resolve);
              rival.send(question);
            }),
        ),
      );
    try {
      for (let round = 1; round <= 60; round += 1) {
        writeRecord(project, { pid: 2 ** 22 + 1, startTime: '1' });
        expect((await ask({ claim: project.root })).filter(Boolean)).toHaveLength(1);
        await ask({ close: true });
      }
    } finally {
      for (const rival of rivals) {
        rival.kill();
      }
      await Promise.all(rivals.map((rival) => new Promise((resolve) => rival.once('exit', resolve))));
    }
    project.write('Procfile', 'web: true');
    await project.run(['start', '--on-exit', 'stop']); // sees to the records that were put aside
  });

  test('is ended first, and gaffer says so', async ({ project }) => {
    project.write('Procfile', "web: setsid sleep 100 & (trap '' TERM; sleep 100) & echo up; exec sleep 100");
    const first = project.spawn(['start']);
    await first.stdout.until('up');
    await killBoth(project, first);
    const left = project.processes.map(({ pid }) => pid);
    expect(left.length).toBeGreaterThanOrEqual(3);
    const second = project.spawn(['start', '--no-timestamp', '-t', '0.2']);
    await second.stdout.until('up');
    expect(second.stdout.text).toMatch(/^gaffer \| ended what a killed gaffer start had left here: \d+ processes\nweb/);
    const now = project.processes.map(({ pid }) => pid);
    expect(left.filter((pid) => now.includes(pid))).toEqual([]);
    expect((await second.end('SIGINT')).code).toBe(130);
  });

  test('is ended by its group, when it has forgotten its environment', async ({ project }) => {
    project.write('Procfile', 'web: env -u GAFFER_RUN_ID sleep 100 & echo up; exec env -u GAFFER_RUN_ID sleep 100');
    const first = project.spawn(['start']);
    await first.stdout.until('up');
    await killBoth(project, first);
    const left = project.processes.map(({ pid }) => pid);
    const second = project.spawn(['start']);
    await second.stdout.until('had left here');
    await second.stdout.until('up');
    const now = project.processes.map(({ pid }) => pid);
    expect(left.filter((pid) => now.includes(pid))).toEqual([]);
  });

  test('a folder that is empty of processes is replaced silently', async ({ project }) => {
    project.write('Procfile', 'web: exec sleep 100');
    const first = project.spawn(['start']);
    await first.stdout.until('spawn process');
    await killBoth(project, first);
    for (const { pid } of project.processes) {
      process.kill(pid, 'SIGKILL');
    }
    expect(await becomes(() => project.processes.length === 0, 10_000)).toBe(true);
    const second = project.spawn(['start', '--no-timestamp']);
    await second.stdout.until('spawn process');
    expect(second.stdout.text).toMatch(/^web \| spawn process with pid \d+\n$/);
  });
});

describe('a record of a session', () => {
  test('whose process is gone is replaced silently', async ({ project }) => {
    project.write('Procfile', 'web: echo up');
    writeRecord(project, { pid: 2 ** 22 + 1, startTime: '1' });
    expect(await project.run(['start', '--on-exit', 'stop', '--raw'])).toMatchObject({ code: 0, stdout: 'up\n', stderr: '' });
  });

  test('whose pid is somebody else by now is not believed', async ({ project }) => {
    project.write('Procfile', 'web: echo up');
    writeRecord(project, { pid: process.pid, startTime: '1' });
    expect(await project.run(['start', '--on-exit', 'stop', '--raw'])).toMatchObject({ code: 0, stdout: 'up\n', stderr: '' });
  });

  test('of another boot is not believed', async ({ project }) => {
    project.write('Procfile', 'web: echo up');
    writeRecord(project, { pid: process.pid, startTime: startTimeOf(process.pid), bootId: 'another' });
    expect(await project.run(['start', '--on-exit', 'stop', '--raw'])).toMatchObject({ code: 0, stdout: 'up\n', stderr: '' });
  });

  test('whose process runs is believed', async ({ project }) => {
    project.write('Procfile', 'web: echo up');
    writeRecord(project, { pid: process.pid, startTime: startTimeOf(process.pid) });
    expect(await project.run(['start'])).toMatchObject({ code: 1, stderr: expect.stringContaining(`(pid ${process.pid})`) as string });
    writeRecord(project, '');
    await project.run(['start', '--on-exit', 'stop']);
  });

  test.for([[''], ['{'], ['null'], ['[]'], ['7'], ['{"pid":"x"}'], ['{"pid":0}'], ['{"runId":"../../../x"}']])(
    'that cannot be read (%s) is replaced',
    async ([text], { project }) => {
      project.write('Procfile', 'web: echo up');
      writeRecord(project, text!);
      expect(await project.run(['start', '--on-exit', 'stop', '--raw'])).toMatchObject({ code: 0, stdout: 'up\n', stderr: '' });
    },
  );

  test('that names a folder outside does no harm there', async ({ project }) => {
    project.write('Procfile', 'web: echo up');
    project.write('precious/file');
    writeRecord(project, { pid: 2 ** 22 + 1, startTime: '1', runId: '../../../app/precious' });
    await project.run(['start', '--on-exit', 'stop']);
    expect(readdirSync(join(project.root, 'precious'))).toEqual(['file']);
  });
});

describe('the place of sessions', () => {
  test('is the runtime folder of the user, and only the user can look into it', async ({ project }) => {
    project.write('Procfile', UP);
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until('up');
    expect(readdirSync(project.runtime)).toEqual(['gaffer']);
    const modes = [join(project.runtime, 'gaffer'), ...project.sessionFiles.map((file) => join(project.runtime, file))].map((path) => statSync(path));
    expect(modes.map((stat) => stat.mode & 0o077)).toEqual(modes.map(() => 0));
  });

  test.for([
    ['not there', '/nowhere'],
    ['relative', 'run'],
    ['empty', ''],
  ])('is the temporary folder when the runtime folder is %s', async ([, runtime], { project }) => {
    project.write('Procfile', UP);
    const gaffer = project.spawn(['start'], { env: { XDG_RUNTIME_DIR: runtime } });
    await gaffer.stdout.until('up');
    expect(readdirSync(project.runtime)).toEqual([]);
    expect(project.sessionFiles.some((file) => /session\/.*\.json$/.test(file))).toBe(true);
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });

  test('that is taken by a file is refused', async ({ project }) => {
    project.write('Procfile', 'web: echo up');
    project.write('../run/gaffer');
    const stderr = `gaffer: expected ${project.runtime}/gaffer to be a folder of this user's, but it is not: remove it, or set XDG_RUNTIME_DIR to another place\n`;
    expect(await project.run(['start'])).toMatchObject({ code: 1, stdout: '', stderr });
  });

  test('that is full is told of; with a little room a session goes on', async ({ project, skip }) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', project.runtime], { stdio: 'ignore' });
    } catch {
      skip('mounting needs root');
    }
    try {
      chmodSync(project.runtime, 0o700);
      const filler = join(project.runtime, 'filler');
      writeFileSync(filler, Buffer.alloc(4096));
      project.write('Procfile', 'web: echo up; exec sleep 100');
      const message = `gaffer: cannot keep the files of a session in ${project.runtime}/gaffer: ENOSPC: no space left on device, write; set XDG_RUNTIME_DIR to another place\n`;
      expect(await project.run(['start'])).toMatchObject({ code: 1, stdout: '', stderr: message });
      rmSync(filler);
      const gaffer = project.spawn(['start']);
      await gaffer.stdout.until('up');
      expect(await gaffer.end('SIGINT')).toMatchObject({ code: 130, stderr: '' });
      expect(readdirSync(join(project.runtime, 'gaffer'))).toEqual([]);
    } finally {
      execFileSync('umount', ['-l', project.runtime]);
    }
  });

  test('that somebody else has put there is refused', async ({ project, skip }) => {
    skip(process.getuid?.() !== 0, 'making a folder of somebody else needs root');
    project.write('Procfile', 'web: echo up');
    const folder = join(project.runtime, 'gaffer');
    mkdirSync(folder);
    chownSync(folder, 65534, 65534);
    expect(await project.run(['start'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`expected ${folder} to be a folder of this user's`) as string,
    });
  });
});
