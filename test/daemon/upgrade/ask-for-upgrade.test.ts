import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claimState } from '../../../src/daemon/state-claim.ts';
import { type AskLimits, askForUpgrade, troubleWith } from '../../../src/daemon/upgrade/ask-for-upgrade.ts';
import { answerAsks, type UpgradeNews } from '../../../src/daemon/upgrade/upgrade-ask.ts';
import { temporaryFolder } from '../accounts/rig.ts';

const LIMITS: AskLimits = { noticeMs: 1000, doneMs: 5000 };

/** For whoever is answered at once, as far as the machine has time. */
const PATIENT: AskLimits = { noticeMs: 10_000, doneMs: 20_000 };

/** Lets this process be a gafferd, which answers so when it is asked. */
function playGafferd(...news: readonly UpgradeNews[]): string {
  const folder = temporaryFolder();
  const run = claimState(folder, { runId: 'a-gafferd' });
  const answer = (): void => news.forEach((one) => answerAsks(join(folder, 'run'), one));
  process.on('SIGUSR2', answer);
  onTestFinished(() => {
    process.off('SIGUSR2', answer);
    run.close();
  });
  return folder;
}

describe('whoever asks for an upgrade', () => {
  it('is told that there is no gafferd', async () => {
    await expect(askForUpgrade(temporaryFolder(), LIMITS)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/no gafferd runs with the state folder .*: start one, or name/) as string,
    });
  });

  it('is told who has taken over, and leaves nothing behind', async () => {
    const folder = playGafferd({ kind: 'begun' }, { kind: 'done', pid: 12, version: '9.9.9' });
    expect(await askForUpgrade(folder, PATIENT)).toEqual({ pid: 12, version: '9.9.9', before: process.pid });
    expect(readdirSync(join(folder, 'run')).filter((name) => name.startsWith('upgrade'))).toEqual([]);
  });

  it('is told why it has failed', async () => {
    const folder = playGafferd({ kind: 'begun' }, { kind: 'failed', reason: 'the disk is full' });
    await expect(askForUpgrade(folder, PATIENT)).rejects.toMatchObject({
      code: 'io_failed',
      message: `the upgrade has failed, gafferd (pid ${process.pid}) goes on: the disk is full`,
    });
  });

  it('is told of a gafferd that takes SIGUSR2 for something else', async () => {
    await expect(askForUpgrade(playGafferd(), { noticeMs: 20, doneMs: 5000 })).rejects.toMatchObject({
      message: expect.stringMatching(/takes no notice of SIGUSR2: it is too busy/) as string,
    });
  });

  it.each<readonly [string, UpgradeNews | undefined, boolean, number, RegExp | undefined]>([
    ['waits at first', { kind: 'asked' }, true, 999, undefined],
    ['waits when it has begun', { kind: 'begun' }, true, 4999, undefined],
    ['gives up in the end', { kind: 'begun' }, true, 5001, /not over after 5 s/],
    ['does not wait for one that is gone', { kind: 'begun' }, false, 10, /has ended before the upgrade was over/],
  ])('%s', (_, news, isThere, waitedMs, expected) => {
    expect(troubleWith(news, { isThere, isStopped: false, waitedMs, limits: LIMITS, pid: 7 }) ?? '').toMatch(expected ?? /^$/);
  });
});
