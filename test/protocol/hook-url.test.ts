import { expect, it } from 'vitest';
import { parseHookUrl, shownUrl } from '../../src/protocol/hook-url.ts';

it.each([
  ['http://localhost', 'http://localhost/'],
  ['HTTPS://Hooks.Example:443/Path?a=b&c#top', 'https://hooks.example/Path?a=b&c'],
  ['http://[::1]:8080/x', 'http://[::1]:8080/x'],
  ['http://bücher.example/ü', 'http://xn--bcher-kva.example/%C3%BC'],
  ['https://user:p%40ss@host/', 'https://user:p%40ss@host/'],
])('%s is the address %s', (text, url) => {
  expect(parseHookUrl(text)).toBe(url);
  expect(parseHookUrl(url)).toBe(url);
});

it.each([
  '',
  'localhost',
  'ftp://localhost',
  'file:///etc/passwd',
  'http://',
  'http://a b',
  ' http://a',
  'http://a\nb',
  'http://a:70000',
  `http://a/${'x'.repeat(2048)}`,
])('%j is no address', (text) => {
  expect(() => parseHookUrl(text)).toThrow(
    /^expected an address that starts with http:\/\/ or https:\/\/, of at most 2048 characters without blanks, got "/,
  );
});

it('a password that cannot be read is refused', () => {
  expect(() => parseHookUrl('http://me:50%@host')).toThrow('expected a user and a password with "%25" for a percent sign, got "http://***@host"');
});

it.each([
  ['https://user:secret@host/x', 'https://***@host/x'],
  ['https://token@host', 'https://***@host'],
  ['htp://user:se:cr@et@host/a@b', 'htp://***@host/a@b'],
  ['//user:secret@host', '//***@host'],
  ['https://host/@x?y=a@b', 'https://host/@x?y=a@b'],
  ['https://host', 'https://host'],
])('%s is shown as %s', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});
