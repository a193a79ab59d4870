import { describe, expect, it, vi } from 'vitest';
import { LogWindow } from '../../src/plugin/log-window.ts';

describe('the window of what a plugin logs', () => {
  it('makes its thread wait while too much is under way, and lets it go on when some of that is written', () => {
    const shared = new SharedArrayBuffer(4);
    const [plugin, node] = [new LogWindow(shared), new LogWindow(shared)];
    const sent: string[] = [];
    const line = 'x'.repeat(10_000);
    const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      node.written(sent.shift() ?? expect.fail('waits for nothing'));
      return 'ok';
    });
    for (let n = 0; n < 1_000; n += 1) {
      plugin.send(line);
      sent.push(line);
      expect(sent.length * line.length).toBeLessThan(80_000);
    }
    expect(wait.mock.calls.length).toBeGreaterThan(900);
    wait.mockRestore();
  });

  it('counts on when the counters run over', () => {
    const shared = new SharedArrayBuffer(4);
    const [plugin, node] = [new LogWindow(shared), new LogWindow(shared)];
    const line = 'x'.repeat(64 * 1024);
    const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => expect.fail('waits'));
    for (let sum = 0; sum < 3 * 2 ** 32; sum += line.length) {
      plugin.send(line);
      node.written(line);
    }
    expect(wait).not.toHaveBeenCalled();
    wait.mockRestore();
  });
});
