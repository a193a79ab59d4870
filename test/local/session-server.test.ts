import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { RemoteNode } from '../../src/client/remote-node.ts';
import { findSession } from '../../src/local/session-address.ts';
import { becomes, runs } from '../support/processes.ts';
import { type TestProject, test } from '../support/project.ts';

/** The node of the session that runs in a project; the test closes it. */
async function withNode<T>(project: TestProject, use: (node: RemoteNode) => Promise<T>): Promise<T> {
  await becomes(() => existsSync(findSession(project.root, project.env())?.socket ?? ''), 10_000);
  const node = new RemoteNode({ endpoint: `unix://${findSession(project.root, project.env())?.socket ?? ''}` });
  try {
    return await use(node);
  } finally {
    node.close();
  }
}

const WEB = { session: 'app', job: 'web' };

describe('a session', () => {
  test('answers on a socket that only its user can use, like any node', async ({ project }) => {
    project.write('Procfile', 'web: echo ready; exec sleep 100', 'db: sleep 100');
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until('ready');
    await withNode(project, async (node) => {
      expect(await node.jobs()).toEqual([WEB, { session: 'app', job: 'db' }]);
      expect(await node.scale(WEB, { op: '=', n: 2 })).toBe(2);
      await gaffer.stdout.until(/web\.2 +\| ready/);
      expect((await node.version()).name).toBe('gaffer');
    });
    const session = findSession(project.root, project.env());
    expect(session).toMatchObject({ pid: gaffer.pid, app: 'app' });
    expect(statSync(session?.socket ?? '').mode & 0o777).toBe(0o600);
    expect((await gaffer.end('SIGTERM')).code).toBe(143);
    expect(findSession(project.root, project.env())).toBeUndefined();
  });

  test('tells the application that it was given', async ({ project }) => {
    project.write('Procfile', 'web: sleep 100');
    const gaffer = project.spawn(['start', '--app', 'Shop']);
    await gaffer.stdout.until('spawn');
    expect(findSession(project.root, project.env())).toMatchObject({ app: 'Shop' });
  });

  test('goes on when its jobs are stopped from outside, and ends when they are done', async ({ project }) => {
    project.write('Procfile', 'web: trap "exit 0" TERM; echo ready; while :; do sleep 0.01; done');
    const gaffer = project.spawn(['start', '--on-exit', 'ignore']);
    await gaffer.stdout.until('ready');
    await withNode(project, async (node) => {
      await node.stop(WEB);
      expect(await node.jobInfo(WEB)).toMatchObject({ state: 'stopped', running: 0 });
      await node.start(WEB);
      await gaffer.stdout.until(/ready[^]*ready/);
      await node.scale(WEB, { op: '=', n: 0 });
      await gaffer.stdout.until(/exit[^]*exit/);
      await node.scale(WEB, { op: '=', n: 1 });
      await gaffer.stdout.until(/ready[^]*ready[^]*ready/);
      const [pid = 0] = await node.pids(WEB);
      await node.signalProcess(pid, 'SIGTERM');
    });
    expect((await gaffer.result()).code).toBe(0);
  });

  test('ends while somebody follows its log, who is told', async ({ project }) => {
    project.write('Procfile', 'web: echo ready; exec sleep 100');
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until('ready');
    await withNode(project, async (node) => {
      const kinds: string[] = [];
      await node.followLog({ session: 'app' }, 10, ({ kind }) => {
        kinds.push(kind);
      });
      expect((await gaffer.end('SIGINT')).code).toBe(130);
      expect(await becomes(() => kinds.at(-1) === 'end', 10_000)).toBe(true);
    });
  });

  test('that was killed leaves no socket behind, nor its successor when the guard was killed too', async ({ project }) => {
    project.write('Procfile', 'web: sleep 100');
    const first = project.spawn(['start']);
    await first.stdout.until('spawn');
    const guard = await project.guard();
    const { socket = '' } = findSession(project.root, project.env()) ?? {};
    await becomes(() => existsSync(socket), 10_000);
    process.kill(guard, 'SIGSTOP'); // else there is a new one at once
    process.kill(first.pid, 'SIGKILL');
    await first.exit;
    process.kill(guard, 'SIGKILL');
    const second = project.spawn(['start']);
    await second.stdout.until('spawn');
    await withNode(project, async (node) => {
      expect(await node.sessions()).toEqual(['app']);
    });
    expect(existsSync(socket)).toBe(false);
    process.kill(second.pid, 'SIGKILL');
    await second.exit;
    expect(await becomes(() => project.sessionFiles.length === 0, 10_000)).toBe(true);
  });

  test('starts without the API, and without a socket where the path is too long for one', async ({ project }) => {
    project.write('Procfile', 'web: echo ready; exec sleep 100');
    const runtime = join(project.runtime, 'x'.repeat(100));
    mkdirSync(runtime, { mode: 0o700 });
    const gaffer = project.spawn(['start'], { env: { XDG_RUNTIME_DIR: runtime } });
    await gaffer.stdout.until('ready');
    await gaffer.stderr.until("commands can't reach this session");
    expect((await gaffer.end('SIGTERM')).code).toBe(143);
    expect(readdirSync(join(runtime, 'gaffer'))).toEqual([]);
    rmSync(runtime, { recursive: true });
  });
});

describe('a session in the background', () => {
  test('runs on when the command has ended, and is ended by a signal', async ({ project }) => {
    project.write('Procfile', 'web: env | grep BACKGROUND; echo ready; exec sleep 100');
    const { code, stdout, stderr } = await project.run(['start', '--detach']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, pid = ''] =
      /^gaffer start runs in the background with pid (\d+): "gaffer logs -f" shows its output, "gaffer stop" ends it\n$/.exec(stdout) ?? [];
    expect(findSession(project.root, project.env())).toMatchObject({ pid: Number(pid) });
    await withNode(project, async (node) => {
      expect(await node.jobInfo(WEB)).toMatchObject({ running: 1 });
      await expect.poll(async () => Buffer.from(await node.tail(1)).toString()).toContain('ready\n');
      expect(Buffer.from(await node.tail(1)).toString()).toBe('ready\n');
    });
    process.kill(Number(pid), 'SIGTERM');
    expect(await becomes(() => !runs(Number(pid)), 10_000)).toBe(true);
  });

  test('that can not start says why, with the exit code of a failure', async ({ project }) => {
    project.write('Procfile', 'nothing that could be read');
    expect(await project.run(['start', '--detach'])).toMatchObject({ code: 1, stdout: '' });
    project.write('Procfile', 'web: sleep 100');
    const first = project.spawn(['start']);
    await first.stdout.until('spawn');
    const second = await project.run(['start', '--detach']);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(`gaffer start is running in ${project.root} already (pid ${first.pid})`);
  });
});
