import { describe, expect, it } from 'vitest';
import { Palette } from '../../src/output/palette.ts';

describe('a palette', () => {
  it('gives each job its own colour, twelve of them, and begins again', () => {
    const palette = new Palette(true);
    const painted = Array.from({ length: 14 }, (_, i) => palette.paint(`job${i}`, 'x'));
    expect(new Set(painted).size).toBe(12);
    expect(painted.slice(12)).toEqual(painted.slice(0, 2));
    expect(painted[0]).toBe('\x1b[36mx\x1b[39m');
  });

  it('keeps the colour of a job', () => {
    const palette = new Palette(true);
    const first = palette.paint('web', 'x');
    palette.paint('worker', 'x');
    expect(palette.paint('web', 'x')).toBe(first);
  });

  it('gives colours in the order in which they are asked for', () => {
    const [one, other] = [new Palette(true), new Palette(true)];
    expect(['b', 'a'].map((job) => one.paint(job, 'x'))).toEqual(['x', 'y'].map((job) => other.paint(job, 'x')));
  });

  it('leaves every text as it is when there are to be no colours', () => {
    expect(new Palette(false).paint('web', 'web |')).toBe('web |');
  });

  it('does not look at the environment', () => {
    const before = process.env['NO_COLOR'];
    process.env['NO_COLOR'] = '1';
    try {
      expect(new Palette(true).paint('web', 'x')).toBe('\x1b[36mx\x1b[39m');
    } finally {
      if (before === undefined) {
        delete process.env['NO_COLOR'];
      } else {
        process.env['NO_COLOR'] = before;
      }
    }
  });
});
