import { describe, expect, it } from 'vitest';
import { configFor, jobOf, OTHER_TEMPLATE_BODY, TEMPLATE_BODY, templateOf } from '../../../src/api/old/template.ts';
import type { JobConfig } from '../../../src/job/config.ts';
import type { JobInfo } from '../../../src/job/info.ts';

const DEFAULTS = { args: [], env: {}, uid: null, gid: null, cwd: null, detach: false, shell: false, os_env: false, numprocesses: 1 };

function info(name: string, config: Partial<JobConfig> = {}): JobInfo {
  const job = name.slice(name.indexOf('.') + 1);
  const numbers = { running: 0, running_out: 0, max_processes: 0, processes: [] };
  return { name, active: false, ...numbers, state: 'stopped', config: { name: job, cmd: 'run me', ...config } };
}

describe('a job as a template', () => {
  it('has the members that 0.4 always had', () => {
    expect(templateOf(info('default.web')).config).toEqual({ ...DEFAULTS, name: 'web', cmd: 'run me' });
  });

  it('has what was said of it, its name of 0.4 and its group', () => {
    const said = { args: ['-v'], numprocesses: 3, on_exit: 'stop', flapping: false, group: 'left over' } as const;
    expect(templateOf(info('shop.web', said)).config).toEqual({ ...DEFAULTS, ...said, name: 'shop:web', cmd: 'run me', group: 'shop' });
  });

  it.each(['default.web', 'shop.web', 'default.a:b', 'default.1', 'shop.a.b:c'])('can be sent back: %s', (name) => {
    const { config } = templateOf(info(name));
    expect(TEMPLATE_BODY.problems?.(config)).toEqual([]);
    const { session, config: loaded } = jobOf(config);
    expect(`${session}.${loaded.name}`).toBe(name);
    expect(session).toBe(name.slice(0, name.indexOf('.')));
    expect(configFor(info(name), config)).toEqual(info(name).config);
  });
});

describe('a template as a job', () => {
  it.each([
    [{ name: 'web', cmd: 'x' }, 'default', { name: 'web', cmd: 'x' }],
    [{ name: 'shop:web', cmd: 'x', start: false }, 'shop', { name: 'web', cmd: 'x', start: false }],
    [{ name: 'shop:web', cmd: 'x', group: 'shop' }, 'shop', { name: 'web', cmd: 'x' }],
    [{ name: 'web', cmd: 'x', group: 'other' }, 'default', { name: 'web', cmd: 'x', group: 'other' }],
    [{ name: 'web', cmd: 'x', uid: '', gid: '', cwd: '', args: '' }, 'default', { name: 'web', cmd: 'x' }],
    [{ name: 'web', cmd: 'x', env: null, shell: null, numprocesses: null, flapping: null }, 'default', { name: 'web', cmd: 'x' }],
    [
      { name: 'web', cmd: 'x', args: [], numprocesses: 0, flapping: false },
      'default',
      { name: 'web', cmd: 'x', args: [], numprocesses: 0, flapping: false },
    ],
  ])('%j', (body, session, config) => {
    expect(TEMPLATE_BODY.problems?.(body)).toEqual([]);
    expect(jobOf(body)).toEqual({ session, config });
  });

  it.each([
    [[], 'expected an object with the members of a job'],
    [null, 'expected an object with the members of a job'],
    ['web', 'expected an object with the members of a job'],
    [{ cmd: 'x' }, 'name: expected, but missing'],
    [{ name: 'web' }, 'cmd: expected, but missing'],
    [{ name: 1, cmd: 'x' }, 'name: expected a name, got 1'],
    [{ name: '', cmd: 'x' }, 'name: expected a name, got ""'],
    [{ name: 'web', cmd: null }, 'cmd: expected, but missing'],
    [{ name: 'web', cmd: 'x', cmdline: 'y' }, 'cmdline: no such job setting'],
    [{ name: 'web', cmd: 'x', shell: '' }, 'shell: expected true or false, got ""'],
    [{ name: 'web', cmd: 'x', numprocesses: '2' }, 'numprocesses: expected a whole number from 0, got "2"'],
    [{ name: 'a/b', cmd: 'x' }, 'name: expected one that fits into a path (no "/", not "." or "..", at most 1024 characters), got "a/b"'],
    [{ name: 'my shop:web', cmd: 'x' }, 'name: expected a group of letters, digits, "_", "+" and "-", got "my shop"'],
    [{ name: 'shop.eu:web', cmd: 'x' }, 'name: expected a group of letters, digits, "_", "+" and "-", got "shop.eu"'],
  ])('is refused where it is wrong: %j', (body, problem) => {
    expect(TEMPLATE_BODY.problems?.(body)).toContain(problem);
  });

  it('needs no name where the path has it', () => {
    expect(OTHER_TEMPLATE_BODY.problems?.({ cmd: 'x' })).toEqual([]);
    expect(OTHER_TEMPLATE_BODY.problems?.({})).toEqual(['cmd: expected, but missing']);
    expect(configFor(info('shop.web'), { cmd: 'x' })).toEqual({ name: 'web', cmd: 'x' });
  });

  it.each(['shop:web', 'shop.web'])('may repeat the name of the path: %s', (name) => {
    expect(configFor(info('shop.web'), { name, cmd: 'x' })).toEqual({ name: 'web', cmd: 'x' });
  });

  it('leaves defaults as they were said, or not', () => {
    const before = info('shop.web', { args: [], uid: null, numprocesses: 2, shell: true });
    expect(configFor(before, { cmd: 'x', args: [], env: {}, numprocesses: 1, cwd: '/tmp' })).toEqual({
      ...{ name: 'web', cmd: 'x', args: [], uid: null, numprocesses: 1, cwd: '/tmp' },
    });
    expect(configFor(before, { cmd: 'x', args: ['-v'], uid: 7, shell: false })).toEqual({
      name: 'web',
      cmd: 'x',
      args: ['-v'],
      uid: 7,
      shell: false,
    });
  });

  it.each(['web', 'blog:web', 'shop:worker'])('may not have the name of another job: %s', (name) => {
    expect(() => configFor(info('shop.web'), { name, cmd: 'x' })).toThrow(`expected "shop:web" as in the path, or none, got "${name}"`);
  });
});
