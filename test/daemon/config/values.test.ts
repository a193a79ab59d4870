import { describe, expect, it } from 'vitest';
import { parseAllowedHost, parseOrigin } from '../../../src/daemon/config/origins.ts';
import { parseBacklog, parseHttpUrl, parsePath, parseSwitch, parseWord } from '../../../src/daemon/config/values.ts';

it.each(['1', 'yes', 'True', 'ON'])('%s is on', (text) => {
  expect(parseSwitch(text)).toBe(true);
});

it.each(['0', 'no', 'False', 'OFF'])('%s is off', (text) => {
  expect(parseSwitch(text)).toBe(false);
});

it.each(['', 'maybe', '2', 'y'])('%j is neither on nor off', (text) => {
  expect(() => parseSwitch(text)).toThrow(`expected true or false, got "${text}"`);
});

it('a word may be in upper case, and a mistyped one is known', () => {
  const parse = parseWord(['text', 'json']);
  expect(parse('JSON')).toBe('json');
  expect(() => parse('jsn')).toThrow('expected one of text, json, got "jsn"; did you mean "json"?');
});

describe('a backlog', () => {
  it.each([
    ['1', 1],
    ['128', 128],
    ['2147483647', 2_147_483_647],
  ])('may be %s', (text, value) => {
    expect(parseBacklog(text)).toBe(value);
  });

  it.each(['', 'many', '-1', '0', '1.5', '1e3', '0x10', '2147483648'])('may not be %j', (text) => {
    expect(() => parseBacklog(text)).toThrow(`backlog should be an integer from 1 to 2147483647, got "${text}"`);
  });
});

describe('a path', () => {
  const parse = parsePath({ folder: '/etc/gaffer', home: '/home/u' });

  it.each([
    ['/run/x', '/run/x'],
    ['x', '/etc/gaffer/x'],
    ['../x', '/etc/x'],
    ['~', '/home/u'],
    ['~/x', '/home/u/x'],
    ['~x', '/etc/gaffer/~x'],
    ['a b', '/etc/gaffer/a b'],
  ])('%s', (text, path) => {
    expect(parse(text)).toBe(path);
  });

  it.each(['', ' ', 'a\nb', 'a\0b'])('is not %j', (text) => {
    expect(() => parse(text)).toThrow('expected a text on one line, got');
  });

  it('has no ~ where there is no home folder', () => {
    expect(() => parsePath({ folder: '/', home: undefined })('~/x')).toThrow('this user has no home folder');
  });
});

it('the address of a server starts with its protocol', () => {
  expect(parseHttpUrl('https://a:1/x')).toBe('https://a:1/x');
  for (const text of ['', 'a:1', 'ftp://a', 'http://', 'javascript:alert(1)', 'https://a b']) {
    expect(() => parseHttpUrl(text), text).toThrow('expected an address that starts with http:// or https://');
  }
});

it.each([
  ['*', '*'],
  ['https://Example.com', 'https://example.com'],
  ['https://example.com:443', 'https://example.com'],
  ['http://localhost:3000/', 'http://localhost:3000'],
  ['http://[::1]:3000', 'http://[::1]:3000'],
  ['chrome-extension://Abc', 'chrome-extension://abc'],
])('the origin %s is %s', (text, origin) => {
  expect(parseOrigin(text)).toBe(origin);
});

it.each(['', 'example.com', 'null', 'http://', 'http://a/b', 'http://a?b', 'http://u@a', 'http://a:port', '**'])('%j is no origin', (text) => {
  expect(() => parseOrigin(text)).toThrow('expected an origin like https://example.com:8080, or *');
});

it.each(['example.com', 'example.com:80', 'localhost', '10.0.0.1', '[::1]:5000', 'a_b'])('%s may be a host', (text) => {
  expect(parseAllowedHost(text.toUpperCase())).toBe(text);
});

it.each(['', '*', 'http://a', 'a/b', 'a:', '[x]', 'u@a', '-a', '::1'])('%j may not be a host', (text) => {
  expect(() => parseAllowedHost(text)).toThrow('expected a host like example.com');
});
