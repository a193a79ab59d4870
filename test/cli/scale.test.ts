import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';
import { withoutProgress } from '../support/terminal.ts';

describe('gaffer scale', () => {
  test('prints exactly what the seed shows', async ({ rig }) => {
    await rig.load('dummy');
    await rig.load('dummy1');
    expect(await rig.run(['scale', 'dummy=3', 'dummy1+2'])).toMatchObject({
      code: 0,
      stdout: 'Scaling dummy processes... done, now running 3\nScaling dummy1 processes... done, now running 3\n',
      stderr: '',
    });
    expect([await rig.job('dummy'), await rig.job('dummy1')]).toEqual([
      [3, 'started'],
      [3, 'started'],
    ]);
    const terminal = rig.terminal(['scale', 'dummy=1']);
    await terminal.exit;
    expect(withoutProgress(terminal.text)).toBe('Scaling dummy processes... done, now running 1\n');
  });

  test.for([
    [['scale', 'web=3,worker-1'], 'Scaling web processes... done, now running 3\nScaling worker processes... done, now running 0\n'],
    [['ps:scale', 'all=0'], 'Scaling web processes... done, now running 0\nScaling worker processes... done, now running 0\n'],
    [['ps', 'scale', 'all+1'], 'Scaling web processes... done, now running 2\nScaling worker processes... done, now running 2\n'],
    [['scale', 'web-5'], 'Scaling web processes... done, now running 0\n'],
    [['scale', 'web+1', 'web+1'], 'Scaling web processes... done, now running 2\nScaling web processes... done, now running 3\n'],
    [['scale', 'other', 'web=2'], 'Scaling web processes... done, now running 2\n'],
    [['scale', 'other.web=2'], 'Scaling other.web processes... done, now running 2\n'],
    [['scale', '--app', 'other', 'web=2'], 'Scaling web processes... done, now running 2\n'],
  ] as const)('%j', async ([args, stdout], { rig }) => {
    await rig.load('web');
    await rig.load('worker');
    await rig.load('web', { session: 'other' });
    expect(await rig.run(args)).toMatchObject({ code: 0, stdout, stderr: '' });
  });

  test('alone prints the formation in the form that it reads', async ({ rig }) => {
    await rig.load('web', { numprocesses: 2 });
    await rig.load('worker', { numprocesses: 0 });
    const { stdout } = await rig.run(['scale']);
    expect(stdout).toBe('web=2 worker=0\n');
    expect((await rig.run(['scale', ...stdout.trim().split(' ')])).stdout).toBe(
      'Scaling web processes... done, now running 2\nScaling worker processes... done, now running 0\n',
    );
    const json = {
      app: 'shop',
      jobs: [
        { name: 'shop.web', numprocesses: 2 },
        { name: 'shop.worker', numprocesses: 0 },
      ],
    }; // prettier
    expect(JSON.parse((await rig.run(['scale', '--json'])).stdout)).toEqual(json);
    expect(JSON.parse((await rig.run(['scale', 'web+1', '--json'])).stdout)).toEqual({ app: 'shop', jobs: [{ name: 'shop.web', numprocesses: 3 }] });
  });

  test.for([
    [['scale', 'wbe=3', 'web=2'], 1, 'Scaling web processes... done, now running 2\n', '\'shop.wbe\' not found; did you mean "web"?'],
    [['scale', 'other.x=3'], 1, '', "'other.x' not found (there is web)"],
    [['scale', 'web'], 1, '', '\'web\' not loaded (there is shop); --app names another; a job is scaled by "web=3", "web+2" or "web-1"'],
    [['scale', 'shops', 'web=1'], 1, '', '\'shops.web\' not found; did you mean "shop"?'],
    [['scale', 'shops', 'all=1'], 1, '', '\'shops\' not loaded; did you mean "shop"?'],
    [['scale', 'web=2', 'web=x'], 2, '', 'expected a change like "web=3", "web+2" or "web-1", each number from 0 to 10000, got "web=x"'],
  ] as const)('%j ends with %i', async ([args, code, stdout, message], { rig }) => {
    await rig.load('web');
    expect(await rig.run(args)).toMatchObject({ code, stdout, stderr: `gaffer: ${message}\n` });
  });
});
