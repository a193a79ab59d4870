import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MOST_WAITING } from '../../src/daemon/webhooks/hook-queue.ts';
import { MOST_ATTEMPTS } from '../../src/daemon/webhooks/verdict.ts';
import { signatureOf } from '../../src/protocol/hook-signature.ts';
import { test as configTest } from '../daemon/config/rig.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/webhooks.md', import.meta.url)), 'utf8');

/** The first block of the page in a language. */
function shown(language: string): string {
  const [, block = ''] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(PAGE) ?? [];
  return block;
}

const BODY = '{"event":"spawn","name":"shop.wéb"}';
const NOW = Math.floor(Date.now() / 1000);
const sign = (seconds: number, ...secrets: string[]): string => signatureOf({ secrets, seconds, body: BODY });

const CASES: readonly (readonly [what: string, header: string, body: string, isGenuine: boolean])[] = [
  ['what gafferd has signed', sign(NOW, 'sécret'), BODY, true],
  ['what it has signed with another secret too', sign(NOW, 'other', 'sécret'), BODY, true],
  ['what was signed with another secret alone', sign(NOW, 'other'), BODY, false],
  ['another body', sign(NOW, 'sécret'), `${BODY} `, false],
  ['what is old', sign(NOW - 3600, 'sécret'), BODY, false],
  ['another time', sign(NOW, 'sécret').replace(/t=\d+/, `t=${NOW - 1}`), BODY, false],
  ['no signature', `t=${NOW}`, BODY, false],
  ['a short signature', `t=${NOW},v1=${createHmac('sha256', 'sécret').digest('hex').slice(0, 10)}`, BODY, false],
  ['one of other characters', `t=${NOW},v1=${'é'.repeat(64)}`, BODY, false],
  ['something else', 'x', BODY, false],
  ['nothing', '', BODY, false],
];

describe('what the page says of signatures', () => {
  const args = JSON.stringify(CASES.map(([, header, body]) => [header, body]));

  it('is right in Node', () => {
    const code = `${shown('js')}\nconsole.log(JSON.stringify(${args}.map(([header, body]) => isGenuine(header, body, 'sécret'))));`;
    const told = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })) as boolean[];
    expect(CASES.map(([what], index) => [what, told[index]])).toEqual(CASES.map(([what, , , isGenuine]) => [what, isGenuine]));
  });

  it.runIf(spawnSync('python3', ['--version']).status === 0)('is right in Python', () => {
    const code = `${shown('python')}\nimport json, sys\nprint(json.dumps([is_genuine(h, b.encode(), "sécret") for h, b in json.loads(sys.argv[1])]))`;
    const told = JSON.parse(execFileSync('python3', ['-c', code, args], { encoding: 'utf8', env: { ...process.env, PYTHONUTF8: '1' } })) as boolean[];
    expect(CASES.map(([what], index) => [what, told[index]])).toEqual(CASES.map(([what, , , isGenuine]) => [what, isGenuine]));
  });
});

it('shows a delivery that is signed with the secret of the page', () => {
  const [, seconds, body = ''] = /^X-Gaffer-Signature: t=(\d+),.*\n\n(.*)$/m.exec(PAGE) ?? [];
  const [, secret = ''] = /"secret": "([^"]+)"/.exec(PAGE) ?? [];
  expect(JSON.parse(body)).toMatchObject({ event: 'job.shop.web.spawn' });
  expect(PAGE).toContain(`X-Gaffer-Signature: ${signatureOf({ secrets: [secret], seconds: Number(seconds), body })}\n`);
});

configTest('the configuration that the page shows is one', ({ rig }) => {
  rig.write('chat.key', 'correct horse battery\n');
  const hooks = rig.config(`[gaffer]\n${shown('ini')}`).webhooks;
  expect(hooks.map(({ event, url, secret }) => [event, new URL(url).pathname, secret !== undefined])).toEqual([
    ['exit', '/hook', false],
    ['job.shop', '/shop', false],
    ['job.shop', '/copy', false],
    ['.', '/everything', false],
    ['flap', '/chat', true],
    ['give_up', '/chat', true],
  ]);
});

it('names the bounds as they are', () => {
  expect([MOST_WAITING, MOST_ATTEMPTS]).toEqual([10_000, 6]);
  expect(PAGE).toContain('At most **10,000 events wait**');
  expect(PAGE).toContain('six times in all');
});
