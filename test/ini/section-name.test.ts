import { expect, it } from 'vitest';
import { parseSectionName } from '../../src/ini/section-name.ts';

it.each([
  ['process:web', 'job', undefined, 'web'],
  ['job:web', 'job', undefined, 'web'],
  ['env:web', 'env', undefined, 'web'],
  ['process:shop:web', 'job', 'shop', 'web'],
  ['process:shop/web', 'job', 'shop', 'web'],
  ['process:shop.web', 'job', 'shop', 'web'],
  ['job:a:b/c', 'job', 'a:b', 'c'],
  ['process:a.b:c', 'job', 'a.b', 'c'],
  ['process:a:b.c', 'job', 'a', 'b.c'],
  ['process:a:b:c', 'job', 'a', 'b:c'],
  ['env:shop:web', 'env', 'shop', 'web'],
  ['process : shop : web', 'job', 'shop', 'web'],
])('[%s] is %s of session %s, named %s', (text, kind, session, name) => {
  expect(parseSectionName(text)).toEqual({ kind, session, name });
});

it.each(['gaffer', 'process', 'process:', 'process: ', 'process:shop:', 'process::web', 'Process:web', 'processes:web', 'webhooks'])(
  '[%s] is about no job',
  (text) => {
    expect(parseSectionName(text)).toBeUndefined();
  },
);
