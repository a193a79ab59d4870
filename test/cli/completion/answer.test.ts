import { describe, expect, it } from 'vitest';
import { fishAnswer, zshAnswer } from '../../../src/cli/completion/answer.ts';
import type { Completion } from '../../../src/cli/completion/candidate.ts';

const COMPLETION: Completion = {
  candidates: [
    { text: 'ps:start', about: 'Start jobs: those that are loaded' },
    { text: 'web=', isOpen: true },
    { text: 'a\\b' },
    { text: 'x' },
    { text: 'x' },
  ],
  besides: 'files',
};

describe('what a shell is told', () => {
  it('has for zsh a mark, the text with its colons escaped, and what it is', () => {
    expect(zshAnswer(COMPLETION, '')).toBe('files\n.ps\\:start:Start jobs: those that are loaded\n,web=\n.a\\\\b\n.x\n');
  });

  it('has for fish the text, a tab and what it is', () => {
    expect(fishAnswer(COMPLETION, '')).toBe('files\nps:start\tStart jobs: those that are loaded\nweb=\na\\b\nx\n');
  });

  it.each([['a\nb'], ['a\rb'], ['a\tb'], ['\u001b]0;title\u0007'], ['a\u009b31m'], ['a\u2028b'], ['a\u202eb'], ['\ud800'], ['']])(
    'has no %j',
    (text) => {
      const completion = { candidates: [{ text }, { text: 'web' }] };
      expect([zshAnswer(completion, ''), fishAnswer(completion, '')]).toEqual(['nothing\n.web\n', 'nothing\nweb\n']);
    },
  );

  it('says what something is in one short line', () => {
    const about = `sh -c "\u001b[31mrm\n\t-rf" ${'x'.repeat(200)}`;
    expect(fishAnswer({ candidates: [{ text: 'web', about }] }, '')).toMatch(/^nothing\nweb\tsh -c " \[31mrm -rf" x{70,90}…\n$/);
  });

  it('tells of many only those that begin like the word', () => {
    const candidates = Array.from({ length: 2000 }, (_, index) => ({ text: `job${index}` }));
    expect(zshAnswer({ candidates }, 'job199').split('\n')).toHaveLength(1 + 11 + 1);
    expect(zshAnswer({ candidates: candidates.slice(0, 400) }, 'job199').split('\n')).toHaveLength(1 + 400 + 1);
  });
});
