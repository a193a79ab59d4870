import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APP_NAME, appNameFromFolder, formatJobName, parseJobName } from '../../src/job/name.ts';

describe('a full job name', () => {
  it.each([
    ['web', 'default', 'web'],
    ['shop.web', 'shop', 'web'],
    ['shop/web', 'shop', 'web'],
    ['a.b.c', 'a', 'b.c'],
    ['a/b.c', 'a/b', 'c'],
    ['a/b/c', 'a', 'b/c'],
  ])('%s is in session %s the job %s', (text, session, job) => {
    expect(parseJobName(text)).toEqual({ session, job });
  });

  it.each(['', '.', 'shop.', '.web', '/web'])('%j is refused', (text) => {
    expect(() => parseJobName(text)).toThrow(/expected a job name/);
  });

  it('is written so that it can be read again', () => {
    const session = fc.stringMatching(/^[a-z0-9_+-]+$/);
    fc.assert(
      fc.property(session, fc.string({ minLength: 1 }), (name, job) => {
        expect(parseJobName(formatJobName({ session: name, job }))).toEqual({ session: name, job });
      }),
    );
  });
});

describe("an application's name from its folder", () => {
  it.each([
    ['shop', 'shop'],
    ['My Shop', 'my-shop'],
    ['-x-', 'x'],
    ['café.v2', 'caf-v2'],
    ['日本', 'default'],
    ['', 'default'],
  ])('%j gives %s', (folder, name) => {
    expect(appNameFromFolder(folder)).toBe(name);
  });

  it('is always a name that the command line takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (folder) => {
        expect(appNameFromFolder(folder)).toMatch(APP_NAME);
      }),
    );
  });
});
