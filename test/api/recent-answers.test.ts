import { expect, it } from 'vitest';
import { RecentAnswers } from '../../src/api/recent-answers.ts';

function answersAt(clock: { ms: number }): RecentAnswers {
  return new RecentAnswers(() => clock.ms);
}

it('has an answer for 50 ms', () => {
  const clock = { ms: 0 };
  const answers = answersAt(clock);
  const kept = answers.keep('/a', answers.moment(1), '{}');
  expect(kept).toEqual({ text: '{}', etag: '"bf21a9e8fbc5a3846fb05b4fa0859e0917b2202f"' });
  clock.ms = 49;
  expect(answers.find('/a', answers.moment(1))).toBe(kept);
  expect(answers.find('/b', answers.moment(1))).toBeUndefined();
  clock.ms = 50;
  expect(answers.find('/a', answers.moment(1))).toBeUndefined();
});

it('has none after an event or a change, even one that came while it was made', () => {
  const answers = answersAt({ ms: 0 });
  const moment = answers.moment(1);
  answers.keep('/a', moment, '{}');
  expect(answers.find('/a', answers.moment(2))).toBeUndefined();
  answers.change();
  expect(answers.find('/a', answers.moment(1))).toBeUndefined();
  answers.keep('/a', moment, '{}');
  expect(answers.find('/a', answers.moment(1))).toBeUndefined();
});

it('does not grow with every question', () => {
  const answers = answersAt({ ms: 0 });
  const moment = answers.moment(1);
  for (let n = 0; n < 1000; n += 1) {
    answers.keep(`/${n}`, moment, '');
  }
  const kept = Array.from({ length: 1000 }, (_, n) => answers.find(`/${n}`, moment)).filter((answer) => answer !== undefined);
  expect(kept.length).toBeLessThanOrEqual(64);
});
