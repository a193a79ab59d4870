import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../src/client/endpoint.ts';

describe('an endpoint', () => {
  it.each([
    ['http://127.0.0.1:5000', { text: 'http://127.0.0.1:5000', origin: 'http://127.0.0.1:5000', socketPath: undefined }],
    ['http://node/', { text: 'http://node', origin: 'http://node', socketPath: undefined }],
    ['https://node:443', { text: 'https://node', origin: 'https://node', socketPath: undefined }],
    ['node:5000', { text: 'http://node:5000', origin: 'http://node:5000', socketPath: undefined }],
    ['node', { text: 'http://node', origin: 'http://node', socketPath: undefined }],
    ['[::1]:5000', { text: 'http://[::1]:5000', origin: 'http://[::1]:5000', socketPath: undefined }],
    ['unix:///run/g.sock', { text: 'unix:///run/g.sock', origin: 'http://localhost', socketPath: '/run/g.sock' }],
    ['unix:/run/a b.sock', { text: 'unix:///run/a b.sock', origin: 'http://localhost', socketPath: '/run/a b.sock' }],
  ])('%s is read', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  it.each(['', 'ftp://node', 'unix:', 'unix://relative', 'http://', 'http://node/path', 'http://node?x=1', 'two words', 'node:port'])(
    '"%s" is refused, and an example shown',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow(/^expected an endpoint like "http:\/\/127\.0\.0\.1:5000"/);
      expect(() => parseEndpoint(text, 'http://10.0.0.1:5010')).toThrow('like "http://10.0.0.1:5010", "https://host:5010" or');
    },
  );
});
