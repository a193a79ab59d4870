import { expect } from 'vitest';
import { fakeServer } from '../../support/fake-server.ts';
import { test } from '../../support/project.ts';

test.for([[[]], [['bash']], [['tcsh', 'gaffer', '']], [['bash', 'gaffer', '']], [['zsh']], [['fish', 'gaffer', '--endpoint', 'nonsense', 'ps', '']]])(
  'gaffer __complete %j says nothing to nobody',
  async ([args], { project }) => {
    const result = await project.run(['__complete', ...args!]);
    expect({ ...result, stdout: result.stdout.split('\n')[0] }).toMatchObject({ code: 0, stderr: '', stdout: 'nothing' });
  },
);

test('a node that hangs is not waited for, and its file of keys that others can read is not told of', async ({ project }) => {
  project.write('Procfile', 'web: sleep 1');
  const endpoint = await fakeServer(() => undefined);
  project.write('keys.ini', `[node "${endpoint}"]`, 'key = 0123456789abcdef');
  const before = performance.now();
  const result = await project.run(['__complete', 'fish', 'gaffer', 'restart', 'w'], {
    env: { GAFFER_ENDPOINT: endpoint, GAFFER_CONFIG: `${project.root}/keys.ini` },
  });
  expect(result).toMatchObject({ code: 0, stderr: '', stdout: 'nothing\nweb\tsleep 1\napp\tan application of 1 job\n' });
  expect(performance.now() - before).toBeLessThan(20_000); // the usual time for an answer is 30 s
});

test('the gaffer start of this folder is asked where no node is named, also when it does not answer', async ({ project }) => {
  project.write('Procfile', 'web: sleep 1000');
  const session = project.spawn(['start', '-c', 'web=2']);
  const asked = async (): Promise<string> => (await project.run(['__complete', 'fish', 'gaffer', 'restart', 'web.'])).stdout;
  await expect.poll(asked, { timeout: 20_000, interval: 200 }).toContain('web.2\tpid 2\n');
  session.signal('SIGSTOP');
  expect(await asked()).toBe('nothing\nweb\tsleep 1000\napp\tan application of 1 job\n');
  session.signal('SIGCONT');
});
