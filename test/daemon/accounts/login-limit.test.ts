import { describe, expect, it } from 'vitest';
import { LoginLimit } from '../../../src/daemon/accounts/login-limit.ts';

const right = (): Promise<string> => Promise.resolve('let in');
const wrong = (): Promise<undefined> => Promise.resolve(undefined);

/** A limit, and its time. */
function rig() {
  const clock = { nowMs: 0 };
  const limit = new LoginLimit(() => clock.nowMs);
  const fails = async (times: number, who: (at: number) => readonly [name: string, from: string]): Promise<void> => {
    for (let at = 0; at < times; at += 1) {
      await limit.attempt(...who(at), wrong);
    }
  };
  const tryRight = async (name: string, from: string): Promise<string | undefined> => {
    try {
      return await limit.attempt(name, from, right);
    } catch (error) {
      return (error as Error).message;
    }
  };
  return { clock, limit, fails, tryRight };
}

describe('wrong passwords', () => {
  it('for a name from an address may be ten in a minute; then also the right one has to wait', async () => {
    const { clock, limit, fails, tryRight } = rig();
    await fails(9, () => ['bob', '10.0.0.1']);
    expect(await tryRight('bob', '10.0.0.1')).toBe('let in');
    await fails(10, () => ['bob', '10.0.0.1']);
    clock.nowMs = 59_000;
    expect(await tryRight('bob', '10.0.0.1')).toBe('too many wrong passwords: wait 1 s and try again');
    await expect(limit.attempt('bob', '10.0.0.1', () => expect.unreachable())).rejects.toMatchObject({ code: 'too_many_attempts' });
    clock.nowMs = 60_000;
    expect(await tryRight('bob', '10.0.0.1')).toBe('let in');
  });

  it('do not lock the user out elsewhere, nor others there', async () => {
    const { fails, tryRight } = rig();
    await fails(10, () => ['bob', '10.0.0.1']);
    expect(await tryRight('bob', '10.0.0.2')).toBe('let in');
    expect(await tryRight('alice', '10.0.0.1')).toBe('let in');
  });

  it('from an address may be sixty, whatever the names', async () => {
    const { fails, tryRight } = rig();
    await fails(60, (at) => [`user ${at}`, '10.0.0.1']);
    expect(await tryRight('alice', '10.0.0.1')).toContain('wait 60 s');
    expect(await tryRight('alice', '10.0.0.2')).toBe('let in');
  });

  it('for a name may be two hundred, wherever they come from', async () => {
    const { fails, tryRight } = rig();
    await fails(199, (at) => ['bob', `10.0.0.${at}`]);
    expect(await tryRight('bob', '10.1.0.1')).toBe('let in');
    await fails(1, () => ['bob', '10.2.0.1']);
    expect(await tryRight('bob', '10.1.0.1')).toContain('too many wrong passwords');
    expect(await tryRight('alice', '10.1.0.1')).toBe('let in');
  });

  it('from an IPv6 network (/64) count together, and an IPv4 address in both of its forms', async () => {
    const { fails, tryRight } = rig();
    await fails(10, (at) => ['bob', `2001:db8:0:1::${at}`]);
    expect(await tryRight('bob', '2001:db8::1:ffff:0:0:1')).toContain('too many');
    expect(await tryRight('bob', '2001:db8:0:2::1')).toBe('let in');
    await fails(10, (at) => ['bob', at % 2 === 0 ? '10.0.0.1' : '::ffff:10.0.0.1']);
    expect(await tryRight('bob', '10.0.0.1')).toContain('too many');
    expect(await tryRight('bob', '::ffff:10.0.0.2')).toBe('let in');
  });

  it('that come at once count as those that come one by one', async () => {
    const { limit } = rig();
    let tried = 0;
    const attempts = Array.from({ length: 20 }, () =>
      limit.attempt('bob', '10.0.0.1', async () => {
        tried += 1;
        await Promise.resolve();
        return undefined;
      }),
    );
    const results = await Promise.allSettled(attempts);
    expect(tried).toBe(10);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
  });

  it('are not what fails for another reason', async () => {
    const { limit, tryRight } = rig();
    for (let time = 0; time < 20; time += 1) {
      await expect(limit.attempt('bob', '10.0.0.1', () => Promise.reject(new Error('the disk is full')))).rejects.toThrow('the disk is full');
    }
    expect(await tryRight('bob', '10.0.0.1')).toBe('let in');
  });

  it('are forgotten again, and never take more than their place', async () => {
    const { clock, limit, fails } = rig();
    await fails(10_000, (at) => [`user ${at}`, `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`]);
    expect(limit.size).toBe(10_000);
    clock.nowMs = 60_001;
    await fails(1, () => ['bob', '10.0.0.1']);
    expect(limit.size).toBe(3);
  });

  it('for names that nobody can have, however long, are remembered together', async () => {
    const { limit, fails } = rig();
    await fails(10, (at) => [`${at}`.repeat(20_000), '10.0.0.1']);
    expect(limit.size).toBe(3);
    await fails(1, () => ['🐎'.repeat(64), '10.0.0.1']);
    expect(limit.size).toBe(5);
  });
});

describe('attempts', () => {
  it('are two at once; others wait, a bounded number of them, and of those from one address fewer', async () => {
    const { limit } = rig();
    let running = 0;
    let most = 0;
    const going: (() => void)[] = [];
    const work = async (): Promise<string> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => going.push(resolve));
      running -= 1;
      return 'let in';
    };
    const outcomes: string[] = [];
    const attempt = (from: string): Promise<void> =>
      limit.attempt('bob', from, work).then(
        (result) => void outcomes.push(result ?? 'wrong'),
        (error: unknown) => void outcomes.push((error as Error).message),
      );
    const full = 'too many passwords at once: wait a second and try again';
    const all = Array.from({ length: 27 }, () => attempt('10.0.0.1'));
    await attempt('10.0.0.1');
    expect(outcomes).toEqual([full]);
    all.push(...Array.from({ length: 25 }, () => attempt('10.0.0.2')));
    await attempt('10.0.0.3');
    expect(outcomes).toEqual([full, full]);
    await expect(limit.work('alice', () => Promise.resolve())).rejects.toThrow(full);
    expect(running).toBe(2);
    for (let at = 0; at < 52; at += 1) {
      going[at]?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(all);
    expect(outcomes.filter((one) => one === 'let in')).toHaveLength(52);
    expect(most).toBe(2);
    expect(await limit.work('alice', () => Promise.resolve('done'))).toBe('done');
  });
});
