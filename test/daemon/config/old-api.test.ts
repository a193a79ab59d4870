import { describe, expect } from 'vitest';
import { test } from './rig.ts';

describe('whether the paths of 0.4 are served', () => {
  test.for<[string, boolean | undefined, string | undefined, boolean]>([
    ['', undefined, undefined, true],
    ['off', undefined, undefined, false],
    ['on', undefined, undefined, true],
    ['on', undefined, 'no', false],
    ['off', undefined, 'yes', true],
    ['off', undefined, '', false], // an empty variable says nothing
    ['on', false, 'on', false],
    ['off', true, 'off', true],
  ])('says an option before its variable, that before the file: %s, %s, %s', ([said, flag, variable, oldApi], { rig }) => {
    const env = variable === undefined ? {} : { GAFFERD_OLD_API: variable };
    const config = rig.config(`[gaffer]\n${said === '' ? '' : `old_api = ${said}`}`, flag === undefined ? {} : { 'old-api': flag }, { env });
    expect(config.oldApi).toBe(oldApi);
  });

  test('is on or off', ({ rig }) => {
    expect(rig.findings('[gaffer]\nold_api = perhaps')).toEqual(['x.ini:2: [gaffer] old_api: expected true or false, got "perhaps"']);
    expect(rig.findings('[gaffer]', {}, { env: { GAFFERD_OLD_API: '2' } })).toEqual(['GAFFERD_OLD_API: expected true or false, got "2"']);
  });
});
