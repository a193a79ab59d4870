import { describe, expect, it } from 'vitest';
import { parseControlKey } from '../../src/cli/detach-key.ts';

describe('a key with Ctrl', () => {
  it.each([
    ['ctrl-]', 'Ctrl-]', '\x1d'],
    ['ctrl-q', 'Ctrl-Q', '\x11'],
    ['CTRL-Q', 'Ctrl-Q', '\x11'],
    ['ctrl+\\', 'Ctrl-\\', '\x1c'],
    ['^_', 'Ctrl-_', '\x1f'],
    ['ctrl-@', 'Ctrl-@', '\0'],
    ['^[', 'Ctrl-[', '\x1b'],
  ])('%s is %s', (text, name, char) => {
    expect(parseControlKey('--detach-key', text)).toEqual({ name, char });
  });

  it.each(['', 'q', 'ctrl-', 'ctrl-1', 'ctrl-qq', 'alt-q'])('is not "%s"', (text) => {
    expect(() => parseControlKey('--detach-key', text)).toThrow(`--detach-key: expected a key like "ctrl-]" or "ctrl-q", got "${text}"`);
  });

  it.each(['ctrl-h', 'ctrl-i', 'ctrl-J', '^m'])('is none that a terminal needs: %s', (text) => {
    expect(() => parseControlKey('--detach-key', text)).toThrow('choose another one');
  });
});
