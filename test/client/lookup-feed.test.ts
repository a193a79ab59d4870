import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseEndpoint } from '../../src/client/endpoint.ts';
import { openLookupFeed } from '../../src/client/lookup-feed.ts';
import { fakeServer } from '../support/fake-server.ts';

describe('a feed that is refused', () => {
  it('leaves no timer behind, for which a command would stay', async () => {
    const url = await fakeServer((_, response) => void response.writeHead(403).end());
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    await expect(openLookupFeed({ endpoint: parseEndpoint(url) }, () => undefined)).rejects.toThrow('it answered 403 in place of its events');
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(0), { timeout: 10_000, interval: 5 });
  });
});
