import { expect, it } from 'vitest';
import { KeeperSite, Watched } from '../support/keeper-site.ts';
import { runs } from '../support/processes.ts';

it('a keeper that somebody has stopped is named, with what lets it go on', async () => {
  const site = new KeeperSite();
  const first = await site.open();
  const child = await Watched.start(first, site.request('sleep 100'));
  first.close();
  const pid = site.keeperPid ?? 0;
  process.kill(pid, 'SIGSTOP');
  const message = new RegExp(`\\(pid ${pid}\\) can not be spoken to in .*: it does not answer; it is stopped: let it go on \\(kill -CONT ${pid}\\)$`);
  await expect(site.open({ waitMs: 50, answerMs: 50 })).rejects.toMatchObject({
    code: 'io_failed',
    message: expect.stringMatching(message) as string,
  });
  process.kill(pid, 'SIGCONT');
  expect((await site.open()).legacy?.processes[0]?.process.osPid).toBe(child.process.osPid);
  expect(runs(child.process.osPid ?? 0)).toBe(true);
});
