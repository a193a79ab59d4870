import { beforeEach, expect, test } from 'vitest';
import { JobIndex } from '../../src/lookupd/job-index.ts';

let index: JobIndex;

beforeEach(() => {
  index = new JobIndex();
  index.add('shop.web', 'a');
  index.add('shop.job', 'a');
  index.add('shop.web', 'b');
  index.add('blog.web', 'b');
});

function everything(): unknown {
  return index.sessions.map((session) => [session, index.jobsOf(session).map((job) => [job, ...index.holdersOf(job)])]);
}

test('sessions and jobs are in order, each job with who has it', () => {
  expect(everything()).toEqual([
    ['blog', [['blog.web', 'b']]],
    [
      'shop',
      [
        ['shop.job', 'a'],
        ['shop.web', 'a', 'b'],
      ],
    ],
  ]);
});

test('what comes and goes after somebody has asked is seen', () => {
  everything();
  index.add('shop.abc', 'c');
  index.add('app.web', 'c');
  index.remove('blog.web', 'b');
  index.remove('shop.job', 'a');
  index.remove('shop.web', 'a');
  expect(everything()).toEqual([
    ['app', [['app.web', 'c']]],
    [
      'shop',
      [
        ['shop.abc', 'c'],
        ['shop.web', 'b'],
      ],
    ],
  ]);
});

test('a session that comes again is one', () => {
  index.remove('blog.web', 'b');
  index.add('blog.web', 'c');
  index.add('blog.web', 'c');
  expect(index.jobsOf('blog')).toEqual(['blog.web']);
  expect([...index.holdersOf('blog.web')]).toEqual(['c']);
});

test('nobody has what nobody has told', () => {
  index.remove('shop.nothing', 'a');
  index.remove('nobody.web', 'a');
  expect([...index.holdersOf('shop.nothing'), ...index.holdersOf('nobody.web'), ...index.holdersOf('')]).toEqual([]);
  expect(index.jobsOf('nobody')).toEqual([]);
});
