import { describe, expect, it } from 'vitest';
import { checkJobConfig, type JobConfig, settingsOf } from '../../src/job/config.ts';
import { substitute } from '../../src/job/words.ts';
import { type ExpandOptions, expandProcfile } from '../../src/procfile/expand.ts';
import { parseFormation } from '../../src/procfile/formation.ts';
import { parseProcfile } from '../../src/procfile/procfile.ts';

const THREE = 'web: node app.js\nworker: node worker.js\nclock: node clock.js';

function expand(text: string, options: Partial<ExpandOptions> = {}): readonly JobConfig[] {
  return expandProcfile({ entries: parseProcfile(text, 'Procfile').entries, cwd: '/srv/shop', ...options });
}

function only(text: string, options: Partial<ExpandOptions> = {}): JobConfig {
  const [job] = expand(text, options);
  if (job === undefined) {
    throw new Error('expected a job');
  }
  return job;
}

function added(members: Partial<JobConfig>): Pick<ExpandOptions, 'settings'> {
  return { settings: new Map([['web', members]]) };
}

describe('a line of a Procfile', () => {
  it('becomes a job with all that is needed to run it', () => {
    expect(expand('web: node app.js -p 80', { env: { A: 'x' } })).toEqual([
      {
        name: 'web',
        cmd: 'node',
        args: ['app.js', '-p', '80'],
        env: { A: 'x' },
        os_env: true,
        cwd: '/srv/shop',
        numprocesses: 1,
        redirect_output: ['out', 'out'],
        port: 5000,
      },
    ]);
  });

  it.each<[string, Partial<JobConfig>]>([
    ['node app.js', { cmd: 'node', args: ['app.js'] }],
    ['"my program" \'a b\'', { cmd: "'my program'", args: ['a b'] }],
    [String.raw`show '$5' \$HOME`, { cmd: 'show', args: ['$$5', '$$HOME'] }],
    ['show $PORT', { cmd: 'show', args: ['$PORT'] }],
    ['show --port=${PORT} "at $PORT" \'$x\'', { cmd: 'show', args: ['--port=${PORT}', 'at $PORT', '$$x'] }],
    ['show $HOME', { cmd: 'exec show $HOME', shell: true }],
    ['show $PORT*', { cmd: 'exec show $PORT*', shell: true }],
    ['show $PORT > out', { cmd: 'exec show $PORT > out', shell: true }],
    ['$PORT', { cmd: '$PORT', shell: true }],
    ['A=1 show', { cmd: 'A=1 exec show', shell: true }],
    ['a && b', { cmd: 'a && b', shell: true }],
    ['show "open', { cmd: 'show "open', shell: true }],
  ])('%s means what a shell would make of it', (command, members) => {
    const job = only(`web: ${command}`);
    expect(job).toMatchObject(members);
    expect(job.shell).toBe(members.shell);
    expect(checkJobConfig(job)).toEqual([]);
  });

  it('keeps its words through the substitution that arguments get', () => {
    const { words, args } = settingsOf(only(String.raw`web: 'a $b' "\$c" '$$' d`));
    expect([...words, ...args.map((arg) => substitute(arg, {}))]).toEqual(['a $b', '$c', '$$', 'd']);
  });

  it('is split as JSON jobs are where gaffer.ini says shell = no', () => {
    expect(only('web: show $PORT && x', added({ shell: false }))).toMatchObject({ cmd: 'show $PORT && x', shell: false });
  });

  it('is one script where gaffer.ini says shell = yes', () => {
    const job = only('web: show x', added({ shell: true }));
    expect(job).toMatchObject({ cmd: 'show x', shell: true });
    expect(job).not.toHaveProperty('args');
  });
});

describe('how many instances', () => {
  it.each([
    [[], undefined, 1],
    [[], 4, 4],
    [['web=2'], undefined, 2],
    [['web=2'], 4, 2],
    [['web=0'], 4, 0],
    [['all=3'], 4, 3],
    [['worker=3'], 4, 4],
  ])('with -c %j and %j in gaffer.ini: %i', (values, numprocesses, count) => {
    const formation = parseFormation(values, ['web', 'worker', 'clock']);
    const settings = numprocesses === undefined ? {} : { numprocesses };
    expect(only(THREE, { formation, ...added(settings) }).numprocesses).toBe(count);
  });
});

describe('ports', () => {
  function ports(options: Partial<ExpandOptions>): readonly unknown[] {
    return expand(THREE, options).map((job) => job.port);
  }

  it.each<[string, Partial<ExpandOptions>, readonly unknown[]]>([
    ['start at 5000 and go up by 100', {}, [5000, 5100, 5200]],
    ['start where --port says', { port: '3000', env: { PORT: '4000' }, osEnv: { PORT: '6000' } }, [3000, 3100, 3200]],
    ['else where .env says', { env: { PORT: '4000' }, osEnv: { PORT: '6000' } }, [4000, 4100, 4200]],
    ['else where the environment says', { osEnv: { PORT: '6000' } }, [6000, 6100, 6200]],
    [
      'where the environment says when that wins over .env',
      { env: { PORT: '4000' }, osEnv: { PORT: '6000' }, envPrecedence: 'shell' },
      [6000, 6100, 6200],
    ],
    ['keep their places when types are left out', { names: ['clock', 'web'] }, [5000, 5200]],
    ['keep their places when types are excepted', { except: ['web'] }, [5100, 5200]],
    ['come from gaffer.ini before .env', { ...added({ port: 8080 }), env: { PORT: '4000' } }, [8080, 4100, 4200]],
    ['come from --port before gaffer.ini', { ...added({ port: 8080 }), port: 3000 }, [3000, 3100, 3200]],
    ['are not given out without ports', { ...added({ port: 8080 }), port: false, osEnv: { PORT: 'x' } }, [undefined, undefined, undefined]],
  ])('%s', (_, options, expected) => {
    expect(ports(options)).toEqual(expected);
  });

  it.each<[Partial<ExpandOptions>, string]>([
    [{ port: 'x' }, '--port: expected a port from 1 to 65535, got "x"'],
    [{ env: { PORT: 'x' } }, 'PORT in the .env file: expected a port'],
    [{ osEnv: { PORT: 'x' } }, 'PORT in the environment: expected a port'],
    [{ port: 65_334, formation: parseFormation(['clock=3'], ['clock']) }, 'expected ports up to 65535, but "clock.3" would get 65536'],
    [{ port: 65_400 }, 'expected ports up to 65535, but "clock" would get 65600'],
  ])('%j is refused', (options, message) => {
    expect(() => ports(options)).toThrow(message);
  });
});

describe('the environment', () => {
  const env = { A: 'file', B: 'file' };
  const osEnv = { A: 'shell', C: 'shell', B: undefined };

  it('is that of .env, which wins over the OS environment', () => {
    expect(only(THREE, { env, osEnv })).toMatchObject({ env, os_env: true });
  });

  it('leaves to the OS environment what is set there, when told so', () => {
    expect(only(THREE, { env, osEnv, envPrecedence: 'shell' }).env).toEqual({ B: 'file' });
  });

  it('gets what gaffer.ini adds, over all', () => {
    expect(only(THREE, { env, osEnv, envPrecedence: 'shell', ...added({ env: { A: 'ini', D: 'ini' } }) }).env).toEqual({
      A: 'ini',
      B: 'file',
      D: 'ini',
    });
  });

  it('may have a variable named __proto__', () => {
    const strange = Object.fromEntries([['__proto__', 'x']]);
    expect(Object.entries(only(THREE, { env: strange }).env ?? {})).toEqual([['__proto__', 'x']]);
    expect(Object.entries(only(THREE, { env: strange, envPrecedence: 'shell', osEnv: {} }).env ?? {})).toEqual([['__proto__', 'x']]);
  });
});

describe('what gaffer.ini adds', () => {
  it('reaches the process of that name alone', () => {
    const jobs = expand(THREE, added({ graceful_timeout: 3, stop_signal: 'INT', redirect_output: ['out', 'err'], os_env: false }));
    expect(jobs[0]).toMatchObject({ graceful_timeout: 3, stop_signal: 'INT', redirect_output: ['out', 'err'], os_env: false });
    expect(jobs[1]).not.toHaveProperty('graceful_timeout');
  });

  it.each([
    ['api', '/srv/shop/api'],
    ['../other', '/srv/other'],
    ['/opt/x', '/opt/x'],
  ])('has cwd = %s in the project folder: %s', (cwd, folder) => {
    expect(only(THREE, added({ cwd })).cwd).toBe(folder);
  });

  it('gives way to the command line', () => {
    const options = { ...added({ graceful_timeout: 3, on_exit: 'stop' }), gracefulTimeout: 1, onExit: 'ignore' } as const;
    expect(only(THREE, options)).toMatchObject({ graceful_timeout: 1, on_exit: 'ignore' });
  });

  it('can not rename a process', () => {
    expect(only(THREE, added({ name: 'other', cmd: 'false' }))).toMatchObject({ name: 'web', cmd: 'node' });
  });
});

it('labels of the outputs can be chosen', () => {
  expect(only(THREE, { outputs: ['out', 'err'] }).redirect_output).toEqual(['out', 'err']);
});

it('a name that the Procfile does not have is refused', () => {
  expect(() => expand(THREE, { names: ['wbe'] })).toThrow('got "wbe"; did you mean "web"?');
});

it('jobs come in file order, whatever their names are', () => {
  expect(expand('z: 1\n__proto__: 2\n10: 3\n2: 4').map((job) => job.name)).toEqual(['z', '__proto__', '10', '2']);
});
