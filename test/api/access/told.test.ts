import { describe, expect, it } from 'vitest';
import { openLockedApi } from '../../support/test-accounts.ts';

const JOB = { name: 'web', cmd: 'sleep 100', env: { PASSWORD: 'hunter2' } };

describe('the variables of a job', () => {
  it.each([
    ['manage', true],
    ['write', false],
    ['read', false],
  ] as const)('are told to who may %s it: %s', async (right, isTold) => {
    const { api, key } = await openLockedApi();
    expect((await api.ask('POST', '/jobs/shop', { body: JOB })).status).toBe(200);
    api.key = key({ [right]: ['shop'] });
    const answers = await Promise.all(['/jobs/shop/web', '/1'].map(async (path) => await api.ask('GET', path)));
    expect(answers.map(({ status, text }) => [status, text.includes('hunter2')])).toEqual([
      [200, isTold],
      [200, isTold],
    ]);
  });
});
