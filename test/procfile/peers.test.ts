import { describe, expect, it } from 'vitest';
import { type PeerReading, readAsForeman, readAsHoncho } from '../../src/procfile/peers.ts';

function shown(reading: PeerReading): string {
  return reading.kind === 'value' ? `${reading.name}|${reading.value}` : reading.kind;
}

describe('what foreman and honcho make of a line', () => {
  it.each([
    ['A=x', 'A|x', 'A|x'],
    ['A=two words', 'A|two words', 'A|twowords'],
    [`A='two words'`, 'A|two words', 'A|two words'],
    ['export A=x', 'ignored', 'ignored'],
    ['A=x # note', 'A|x # note', 'A|x'],
    ['A=x#y', 'A|x#y', 'A|x'],
    ['A=', 'A|', 'ignored'],
    [`A=''`, 'A|', 'A|'],
    ['A = x', 'ignored', 'A|x'],
    ['  A=x', 'ignored', 'A|x'],
    [String.raw`A="l1\nl2"`, 'A|l1\nl2', 'A|l1\nl2'],
    [String.raw`A='l1\nl2'`, String.raw`A|l1\nl2`, 'A|l1\nl2'],
    [String.raw`A='a\tb'`, String.raw`A|a\tb`, 'A|a\tb'],
    ['A="l1', 'A|"l1', 'failed'],
    ['A=$B', 'A|$B', 'A|$B'],
    ['A=${N:-def}', 'A|${N:-def}', 'A|${N:-def}'],
    [String.raw`A="say \"hi\""`, 'A|say "hi"', 'A|say "hi"'],
    [`A=it's`, `A|it's`, 'failed'],
    [String.raw`A=C:\temp\new`, String.raw`A|C:\temp\new`, 'A|C:tempnew'],
    ['A=$(echo x)', 'A|$(echo x)', 'A|$(echox)'],
    ['A=`date`', 'A|`date`', 'A|`date`'],
    ['A=$5', 'A|$5', 'A|$5'],
    ['A: x', 'ignored', 'ignored'],
    ['\uFEFFA=x', 'ignored', 'ignored'],
    ['A=a=b=c', 'A|a=b=c', 'A|a=b=c'],
    ['a-b=x', 'ignored', 'ignored'],
    ['1=x', '1|x', 'ignored'],
    ['A=x\\', 'A|x\\', 'failed'],
    ['A=é😀', 'A|é😀', 'A|é😀'],
    ['# A=x', 'ignored', 'ignored'],
    ['', 'ignored', 'ignored'],
  ])('%j: foreman %j, honcho %j', (line, foreman, honcho) => {
    expect(shown(readAsForeman(line))).toBe(foreman);
    expect(shown(readAsHoncho(line))).toBe(honcho);
  });
});
