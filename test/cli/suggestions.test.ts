import { describe, expect, it } from 'vitest';
import { ofKey, ofUser } from '../../src/cli/accounts.ts';
import { COMMANDS } from '../../src/cli/gaffer/main.ts';
import { expectWritable } from '../../src/cli/send.ts';
import { TargetFinder, type TargetPlace } from '../../src/cli/target.ts';
import { withTopicHint } from '../../src/cli/topic-hint.ts';
import type { RemoteAccounts } from '../../src/client/accounts.ts';
import { GafferError } from '../../src/errors.ts';
import type { ProcessInfo } from '../../src/job/info.ts';
import { parseJobName } from '../../src/job/name.ts';
import { parseSignal } from '../../src/job/signal.ts';

const JOBS = ['shop.web', 'shop.worker', 'blog.php', 'blog.mailer'].map(parseJobName);

/** A node with jobs of which some may be seen. */
function nodeShowing(sessions: readonly string[]): TargetPlace['node'] {
  const forbidden = (): Promise<never> => Promise.reject(new GafferError('forbidden', 'no'));
  const jobs = (session?: string): ReturnType<TargetPlace['node']['jobs']> =>
    session !== undefined && sessions.includes(session) ? Promise.resolve(JOBS.filter((job) => job.session === session)) : forbidden();
  const all = sessions.length > 1;
  return { jobs, sessions: () => (all ? Promise.resolve(sessions) : forbidden()), overview: forbidden } as unknown as TargetPlace['node'];
}

describe('what was meant by the name of something that is not there', () => {
  const all = nodeShowing(['shop', 'blog']);
  it.each([
    ['wbe', ['job'], '; did you mean "web"?'],
    ['wrker.2', ['job', 'process'], '; did you mean "worker.2"?'],
    ['shp.web', ['job'], '; did you mean "shop.web"?'],
    ['blog.pph', ['job'], '; did you mean "blog.php"?'],
    ['blgo/mailr', ['job'], '; did you mean "blog.mailer"?'],
    ['blog.mailr.3', ['job', 'process'], '; did you mean "blog.mailer.3"?'],
    ['shpo', ['job', 'app'], '; did you mean "shop"?'],
    ['shpo', ['job'], ' (there are web, worker)'],
    ['nothing', ['job', 'app'], ' (there are web, worker)'],
    ['nothing.web', ['job'], ' (there are web, worker)'],
  ] as const)('%s (%j) is told%s', async (word, kinds, hint) => {
    expect(await new TargetFinder({ node: all, app: 'shop' }).hint(word, kinds)).toBe(hint);
  });

  it('is told of other applications where the own one is not there', async () => {
    const finder = new TargetFinder({ node: all, app: 'nowhere' });
    expect(await finder.hint('blog.pph')).toBe('; did you mean "blog.php"?');
  });

  it.each([
    ['blog.pph', ' (there are web, worker)'],
    ['blgo', ' (there are web, worker)'],
    ['wbe', '; did you mean "web"?'],
  ])('%s is told only as far as one may see what there is', async (word, hint) => {
    expect(await new TargetFinder({ node: nodeShowing(['shop']), app: 'shop' }).hint(word, ['job', 'app'])).toBe(hint);
  });
});

describe('what was meant by the name of a user or a key', () => {
  const missing = (code: GafferError['code']): Promise<never> => Promise.reject(new GafferError(code, 'gone'));
  const listing = {
    users: async () => [{ name: 'ada' }],
    keys: async () => [{ id: 'key-5f3c9a01b2d4' }],
    expectKeysAsked: async () => undefined,
  } as unknown as RemoteAccounts;
  const refusing = {
    users: () => missing('forbidden'),
    keys: () => missing('forbidden'),
    expectKeysAsked: async () => undefined,
  } as unknown as RemoteAccounts;

  it('is told to whoever may list them', async () => {
    await expect(ofUser(listing, 'aad', missing('user_not_found'))).rejects.toThrow('User \'aad\' not found; did you mean "ada"?');
    await expect(ofKey(listing, 'key-5f3c9a01b2d5', missing('key_not_found'))).rejects.toThrow(
      'Key \'key-5f3c9a01b2d5\' not found; did you mean "key-5f3c9a01b2d4"?',
    );
  });

  it('is not told to others, nor of what may be a secret', async () => {
    await expect(ofUser(refusing, 'aad', missing('user_not_found'))).rejects.toThrow(/^User 'aad' not found$/);
    await expect(ofKey(refusing, 'key-5f3c9a01b2d5', missing('key_not_found'))).rejects.toThrow(/not found$/);
    await expect(ofKey(listing, 'kee-5f3c9a01b2d4xx', missing('key_not_found'))).rejects.toThrow(/^Key 'kee-\.\.\.' not found$/);
  });
});

describe('a word behind a command that could have made another command of it', () => {
  const hinted = (line: string, code: GafferError['code'] = 'session_not_found'): string =>
    (withTopicHint(new GafferError(code, 'not there'), line.split(' '), COMMANDS) as Error).message;

  it.each([
    ['ps strat', 'not there; did you mean "ps:start"?'],
    ['ps inf', 'not there; did you mean "ps:info"?'],
    ['-g http://x ps scal', 'not there; did you mean "ps:scale"?'],
    ['ps shop', 'not there'],
    ['ps blog', 'not there'],
    ['ps', 'not there'],
    ['logs strat', 'not there'],
  ])('gaffer %s: %s', (line, message) => {
    expect(hinted(line)).toBe(message);
  });

  it('is told of users and keys too, and of nothing else', () => {
    expect(hinted('user ad', 'user_not_found')).toBe('not there; did you mean "user:add"?');
    expect(hinted('key creat', 'key_not_found')).toBe('not there; did you mean "key:create"?');
    expect(hinted('ps strat', 'unreachable')).toBe('not there');
    expect(withTopicHint(new Error('a bug'), ['ps', 'strat'], COMMANDS)).toEqual(new Error('a bug'));
  });
});

it.each([
  ['HPU', '; did you mean "HUP"?'],
  ['SIGTREM', '; did you mean "SIGTERM"?'],
  ['urs1', '; did you mean "USR1"?'],
  ['nonsense', ''],
  [-1, ''],
])('the signal %j is refused with what was meant%s', (value, hint) => {
  expect(() => parseSignal(value)).toThrow(`got ${JSON.stringify(value)}${hint}`);
});

it('a stream that is not there is refused with what was meant', () => {
  const info = { redirect_input: true, redirect_output: ['out'], custom_streams: ['control'] } as unknown as ProcessInfo;
  expect(() => expectWritable(info, 'contrl')).toThrow('stream \'contrl\' not found; there is stdin, control; did you mean "control"?');
});
