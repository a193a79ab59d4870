import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type TestProject, test, withoutNumbers } from '../support/project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(`${ROOT}/README.md`, 'utf8');

/** What the README shows below a command. */
function shownBelow(command: string): string {
  const [, below = ''] = README.split(`$ ${command}\n`);
  return below.slice(0, below.search(/^(?:```|\$ )/m));
}

/** The two programs of the tour, with the files that the README shows. */
function writeTour(project: TestProject): void {
  project.write('tour/Procfile', ...shownBelow('cat Procfile').trimEnd().split('\n'));
  project.write('tour/.env', ...shownBelow('cat .env').trimEnd().split('\n'));
  const server = [
    'require("node:http").createServer().listen(0, () =>',
    'console.log(`${process.env.GREETING}, listening on ${process.env.PORT}`));',
  ];
  project.write('tour/server.js', ...server);
  project.write('tour/worker.js', 'console.log("job 1 done"); setInterval(() => {}, 1000);');
}

function tour(project: TestProject): { readonly cwd: string } {
  writeTour(project);
  return { cwd: `${project.root}/tour` };
}

describe('what the README shows', () => {
  test('is what gaffer start prints', async ({ project }) => {
    const started = project.spawn(['start'], tour(project));
    await started.stdout.until('job 1 done');
    await started.stdout.until('listening on 5000');
    const lines = (text: string): readonly string[] => withoutNumbers(text).trimEnd().split('\n').sort();
    expect(lines(started.stdout.text)).toEqual(lines(shownBelow('gaffer start')));
    expect((await started.end('SIGINT')).code).toBe(130);
  });

  test('is what gaffer run prints', async ({ project }) => {
    expect((await project.run(['run', 'node', '-p', 'process.env.GREETING'], tour(project))).stdout).toBe(
      shownBelow('gaffer run node -p process.env.GREETING'),
    );
  });

  test('is what gaffer export prints', async ({ project }) => {
    expect((await project.run(['export'], tour(project))).stdout).toBe(shownBelow('gaffer export'));
  });

  test('is what gaffer check finds', async ({ project }) => {
    const options = tour(project);
    project.write('tour/Procfile', 'web:    node server.js', 'worker: nodee worker.js', 'clock : node clock.js');
    expect(await project.run(['check', '--no-port'], options)).toMatchObject({ code: 1, stdout: shownBelow('gaffer check') });
  });

  test.for(['start -c web=2', 'start web', 'start -x worker', 'start --on-exit stop'])('gaffer %s runs', async (command, { project }) => {
    const started = project.spawn(command.split(' '), tour(project));
    await started.stdout.until('spawn process');
    expect((await started.end('SIGINT')).code).toBe(130);
  });
});

describe('what the README shows of a session that runs', () => {
  test('is what the commands print, one after the other', async ({ project }) => {
    const options = tour(project);
    const started = project.spawn(['start'], options);
    await started.stdout.until('job 1 done');
    const commands = ['scale web=3', 'scale', 'logs worker -n 1', 'restart web.2', 'events spawn -n 1 --no-follow', 'stop web.3', 'stop'];
    for (const command of commands) {
      const { stdout, stderr } = await project.run(command.split(' '), options);
      expect({ stdout: withoutNumbers(stdout), stderr }).toEqual({ stdout: withoutNumbers(shownBelow(`gaffer ${command}`)), stderr: '' });
    }
    expect((await started.exit).code).toBe(143);
  });
});

describe('the example of the library page', () => {
  it('runs', () => {
    const said = execFileSync(process.execPath, ['docs/examples/supervisor.mjs'], { cwd: ROOT, encoding: 'utf8' });
    expect(said).toContain('now running 3');
    expect(said).toContain('shop.web.3: listening on 7002');
    expect(said.match(/exit shop\.web/g)).toHaveLength(3);
  });
});

describe('Procfile.example', () => {
  test('runs', async ({ project }) => {
    const started = project.spawn(['start', '-f', 'Procfile.example'], { cwd: ROOT });
    await started.stdout.until(/dummy1 \| hello, dummy \(pid: \d+\) is alive/);
    expect((await started.end('SIGINT')).code).toBe(130);
  });
});
