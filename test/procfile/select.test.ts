import { describe, expect, it } from 'vitest';
import { selectProcesses } from '../../src/procfile/select.ts';

const known = ['web', 'worker', 'clock'];

describe('choosing processes', () => {
  it.each([
    [{}, ['web', 'worker', 'clock']],
    [{ names: [] }, ['web', 'worker', 'clock']],
    [{ names: ['clock', 'web', 'web'] }, ['web', 'clock']],
    [{ except: ['worker'] }, ['web', 'clock']],
    [{ names: ['web', 'worker'], except: ['worker'] }, ['web']],
  ])('%j takes %j', (selection, names) => {
    expect(selectProcesses(known, selection)).toEqual(names);
  });

  it.each([
    [{ names: ['wokrer'] }, 'expected a process of the Procfile (web, worker, clock), got "wokrer"; did you mean "worker"?'],
    [{ except: ['x'] }, 'expected a process of the Procfile (web, worker, clock), got "x"'],
    [{ except: known }, 'expected at least one process to be left, got none: all of web, worker, clock are left out'],
  ])('%j is refused', (selection, message) => {
    expect(() => selectProcesses(known, selection)).toThrow(message);
  });
});
