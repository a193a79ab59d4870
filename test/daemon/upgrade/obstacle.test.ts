import { describe, expect, it } from 'vitest';
import { obstacleTo } from '../../../src/daemon/upgrade/obstacle.ts';

const USUAL = { pid: 4711, env: {}, programs: ['/usr/bin/node', '/usr/bin/gafferd'], exists: () => true };

describe('an upgrade', () => {
  it('is possible', () => {
    expect(obstacleTo(USUAL)).toBeUndefined();
  });

  it('is not possible for the first process of a container, whose end is that of the container', () => {
    expect(obstacleTo({ ...USUAL, pid: 1 })).toMatch(/pid 1.*start the container anew/);
  });

  it.each([
    ['4711', /Type=forking/],
    ['4710', undefined],
    [undefined, undefined],
  ])('where systemd has started process %s', (started, expected) => {
    const obstacle = obstacleTo({ ...USUAL, env: { SYSTEMD_EXEC_PID: started } });
    expect(obstacle ?? '').toMatch(expected ?? /^$/);
  });

  it('is not possible without a program', () => {
    expect(obstacleTo({ ...USUAL, exists: (file) => file !== '/usr/bin/gafferd' })).toBe(
      'there is no /usr/bin/gafferd any more: install gaffer and Node where they were',
    );
  });
});
