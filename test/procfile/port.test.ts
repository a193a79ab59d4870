import { describe, expect, it } from 'vitest';
import { basePort, portOfType } from '../../src/procfile/port.ts';

describe('the first port', () => {
  it.each([
    [[], 5000],
    [[undefined, undefined, undefined], 5000],
    [[3000, '4000', '6000'], 3000],
    [['3000', '4000', '6000'], 3000],
    [[undefined, '4000', '6000'], 4000],
    [[undefined, undefined, '6000'], 6000],
    [[undefined, '', '6000'], 6000],
    [[undefined, ' 4000 ', undefined], 4000],
    [['65535'], 65_535],
  ])('from %j is %i', (values, port) => {
    expect(basePort(values.map((value) => ({ value, from: 'x' })))).toBe(port);
  });

  it.each([
    ['abc', '"abc"'],
    ['0', '"0"'],
    [65_536, '65536'],
    ['-1', '"-1"'],
    ['80.5', '"80.5"'],
    ['0x50', '"0x50"'],
    ['tcp://10.0.0.1:80', '"tcp://10.0.0.1:80"'],
  ])('is not %j, and the error says where that came from', (value, shown) => {
    expect(() => basePort([{ value, from: 'PORT in .env' }])).toThrow(`PORT in .env: expected a port from 1 to 65535, got ${shown}`);
  });
});

describe('the port of a process type', () => {
  it('is 100 further for each one before it', () => {
    expect([0, 1, 2].map((index) => portOfType(5000, index, 'web'))).toEqual([5000, 5100, 5200]);
  });

  it('has an end', () => {
    expect(() => portOfType(65_500, 1, 'worker')).toThrow('expected ports up to 65535, but "worker" would get 65600');
  });
});
