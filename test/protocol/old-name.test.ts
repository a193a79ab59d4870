import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJobName } from '../../src/job/name.ts';
import { jobOfTemplate, jobsOfOldName, oldJobName } from '../../src/protocol/old-name.ts';

describe('a name of 0.4', () => {
  it.each([
    ['web', ['default.web']],
    ['shop:web', ['shop.web', 'default.shop:web']],
    ['shop:web:1', ['shop.web:1', 'default.shop:web:1']],
    ['shop.web', ['default.shop.web', 'shop.web']],
    ['shop:web.1', ['shop.web.1', 'default.shop:web.1']],
    [':web', ['default.:web']],
    ['shop:', ['default.shop:']],
    ['web.', ['default.web.']],
    ['.web', ['default..web']],
    ['.', ['default..']],
    ['', ['default.']],
    ['shop/web', ['default.shop/web', 'shop.web']],
    ['a.b:c', ['default.a.b:c', 'a.b:c']], // the colon is in the job's name: a session has no dot
    ['1', ['default.1']],
  ])('%s can mean %j', (text, names) => {
    expect(jobsOfOldName(text).map(formatJobName)).toEqual(names);
  });

  it.each([
    ['web', { session: 'default', job: 'web' }],
    ['shop:web', { session: 'shop', job: 'web' }],
    ['shop:web:1', { session: 'shop', job: 'web:1' }],
    ['shop.web', { session: 'default', job: 'shop.web' }],
    ['default:1', { session: 'default', job: '1' }],
    [':web', { session: 'default', job: ':web' }],
  ])('%s becomes the job %j', (text, job) => {
    expect(jobOfTemplate(text)).toEqual(job);
  });
});

describe('a job', () => {
  it.each([
    ['default.web', 'web'],
    ['shop.web', 'shop:web'],
    ['default.shop.web', 'shop.web'],
    ['default.shop:web', 'default:shop:web'], // shop:web is one of shop
    ['default.1', 'default:1'], // 1 is a process
    ['shop.1', 'shop:1'],
  ])('%s is called %s in 0.4', (fullName, name) => {
    expect(oldJobName(fullName)).toBe(name);
  });

  it('is found again by the name that it has in 0.4, before any other', () => {
    const session = fc.constantFrom('default', 'shop', 'A_b-+1', '1');
    const job = fc.oneof(fc.constantFrom('web', '1', '42', 'a:b', 'default:web', 'a.b', 'a.b:c', ':', 'a:', '1:1'), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(session, job, (inSession, name) => {
        const fullName = formatJobName({ session: inSession, job: name });
        const found = jobsOfOldName(oldJobName(fullName))[0];
        expect(found && formatJobName(found)).toBe(fullName);
        expect(/^\d+$/.test(oldJobName(fullName))).toBe(false);
      }),
    );
  });
});
