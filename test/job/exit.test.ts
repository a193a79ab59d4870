import { describe, expect, it } from 'vitest';
import { describeExit, endedWell, type ProcessExit, shellExitCode, wireExit } from '../../src/job/exit.ts';

describe('how a process ended', () => {
  it.each<[ProcessExit, boolean, number, string, number, number]>([
    [{ kind: 'code', code: 0 }, true, 0, 'code 0', 0, 0],
    [{ kind: 'code', code: 3 }, false, 3, 'code 3', 3, 0],
    [{ kind: 'signal', signal: 'SIGKILL' }, false, 137, 'SIGKILL', 0, 9],
    [{ kind: 'signal', signal: 'SIGTERM' }, false, 143, 'SIGTERM', 0, 15],
    [{ kind: 'not_started', reason: 'command not found: foo', code: 127 }, false, 127, 'command not found: foo', -1, 0],
    [{ kind: 'unknown' }, false, 1, 'unknown exit code', -1, 0],
  ])('%j is good: %j, a shell reports %i, in words "%s", on the wire %i and %i', (exit, good, code, words, status, signal) => {
    expect(endedWell(exit)).toBe(good);
    expect(shellExitCode(exit)).toBe(code);
    expect(describeExit(exit)).toBe(words);
    expect(wireExit(exit)).toEqual({ exit_status: status, term_signal: signal });
  });
});
