import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChildLedger, readLedger } from '../../src/runtime/child-ledger.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the ledger of children', () => {
  it('tells which groups were not seen to end', () => {
    const ledger = new ChildLedger(folder);
    ledger.add(10, '500');
    ledger.add(11, '501');
    ledger.remove(10);
    ledger.add(12, '');
    ledger.close();
    expect(readLedger(folder)).toEqual([
      { group: 11, startTime: '501' },
      { group: 12, startTime: '' },
    ]);
  });

  it('tells the last start of a pid that was used again', () => {
    const ledger = new ChildLedger(folder);
    ledger.add(10, '500');
    ledger.remove(10);
    ledger.add(10, '900');
    ledger.close();
    expect(readLedger(folder)).toEqual([{ group: 10, startTime: '900' }]);
  });

  it('is written line by line, as the guard reads it', () => {
    const ledger = new ChildLedger(folder);
    ledger.add(10, '500');
    ledger.remove(10);
    ledger.close();
    expect(readFileSync(join(folder, 'children'), 'utf8')).toBe('+10 500\n-10\n');
  });

  it('does not grow for ever', () => {
    const ledger = new ChildLedger(folder);
    ledger.add(1, '1');
    for (let pid = 2; pid < 20_000; pid += 1) {
      ledger.add(pid, '500');
      ledger.remove(pid);
    }
    ledger.add(3, '900');
    ledger.close();
    expect(readLedger(folder)).toEqual([
      { group: 1, startTime: '1' },
      { group: 3, startTime: '900' },
    ]);
    expect(statSync(join(folder, 'children')).size).toBeLessThan(70_000);
    expect(readdirSync(folder)).toEqual(['children']);
  });

  it('a line that was cut short is left out', () => {
    const ledger = new ChildLedger(folder);
    ledger.add(10, '500');
    ledger.close();
    appendFileSync(join(folder, 'children'), '+');
    expect(readLedger(folder)).toEqual([{ group: 10, startTime: '500' }]);
  });

  it('is empty where there is none', () => {
    expect(readLedger(join(folder, 'nowhere'))).toEqual([]);
  });
});
