import { afterEach, expect, it, vi } from 'vitest';
import { answerTo } from '../../../src/cli/completion/complete.ts';
import { completed } from '../../../src/cli/gaffer/completed.ts';
import { COMMANDS, RULES } from '../../../src/cli/gaffer/main.ts';
import { LookupRig } from '../../support/lookup-rig.ts';

const PROGRAMS = completed({ commands: COMMANDS, ...RULES });

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What is offered for the last word of a line. */
async function offered(line: string): Promise<string> {
  vi.stubEnv('GAFFER_CONFIG', '/nowhere/gaffer.ini');
  const answer = await answerTo(['fish', ...line.split(' ')], PROGRAMS, { env: process.env, cwd: '/nowhere/shop', patienceMs: 5000 });
  const word = line.split(' ').at(-1) ?? '';
  const told = answer.split('\n').slice(1, -1);
  return told.filter((one) => one.startsWith(word)).join('; ');
}

it('names are those that lookupds know, where these are asked', async () => {
  const rig = await LookupRig.open();
  const url = `http://127.0.0.1:${rig.port}`;
  await (await rig.node()).register('one', { 'shop.web': [1], 'shop.worker': [] });
  await (await rig.node()).register('two', { 'shop.web': [1], 'blog.web': [] });
  expect(await offered(`gaffer lookup:job -L ${url} sho`)).toBe('shop.web\ton one, two; shop.worker\ton one');
  expect(await offered(`gaffer lookup:session -L ${url} `)).toBe('blog\tan application of 1 job; shop\tan application of 2 jobs');
  expect(await offered(`gaffer lookup:sessions -L ${url} t`)).toBe('two\thttp://two:5000');
  expect(await offered(`gaffer lookup:job -L http://127.0.0.1:1,${url} b`)).toBe('blog.web\ton two');
  expect(await offered('gaffer lookup:job -L http://127.0.0.1:1 b')).toBe('');
  expect(await offered(`gaffer ps -L ${url} --node o`)).toBe('one\thttp://one:5000');
  expect(await offered(`gaffer restart -L ${url} wo`)).toBe('worker\ton one');
  vi.stubEnv('GAFFER_LOOKUPD', `http://127.0.0.1:1 ${url}`);
  expect(await offered('gaffer lookup:job b')).toBe('blog.web\ton two');
});

it('addresses of lookupds are those of the configuration, and the usual one', async () => {
  expect(await offered('gaffer lookup -L ')).toBe('http://127.0.0.1:5010\ta lookupd of this machine');
});
