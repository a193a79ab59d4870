import { describe, expect, it } from 'vitest';
import { LineFormat, type LineFormatOptions } from '../../src/output/line-format.ts';
import { MAX_PREFIX_BYTES } from '../../src/output/line-memory.ts';
import { Palette } from '../../src/output/palette.ts';

function format(options: Partial<LineFormatOptions> = {}): LineFormat {
  return new LineFormat({ timestamp: 'none', align: true, raw: false, palette: new Palette(false), ...options });
}

/** The prefixes of a name that does not change. */
function prefix(lines: LineFormat, name: string): () => string {
  const make = lines.prefix(name, () => name);
  return () => make().toString();
}

describe('the time before a line', () => {
  // In the zone of whoever runs the tests.
  const threeInTheNight = new Date(2026, 0, 2, 3, 4, 5, 678).getTime();

  it('is that of a clock on the wall', () => {
    expect(prefix(format({ timestamp: 'clock', now: () => threeInTheNight }), 'web')()).toBe('03:04:05 web | ');
  });

  it('is that of the world, with milliseconds', () => {
    expect(prefix(format({ timestamp: 'iso', now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) }), 'web')()).toBe('2026-01-02T03:04:05.006Z web | ');
  });

  it('is left out', () => {
    const now = (): number => {
      throw new Error('nobody wants to know');
    };
    expect(prefix(format({ now }), 'web')()).toBe('web | ');
  });

  it('goes on, for every name', () => {
    let nowMs = threeInTheNight;
    const lines = format({ timestamp: 'clock', now: () => nowMs });
    const [web, api] = [prefix(lines, 'web'), prefix(lines, 'api')];
    expect([web(), api()]).toEqual(['03:04:05 web | ', '03:04:05 api | ']);
    nowMs += 1000;
    expect([web(), api(), web()]).toEqual(['03:04:06 web | ', '03:04:06 api | ', '03:04:06 web | ']);
  });

  it('goes back when the clock does', () => {
    let nowMs = threeInTheNight;
    const web = prefix(format({ timestamp: 'clock', now: () => nowMs }), 'web');
    web();
    nowMs -= 3_600_000;
    expect(web()).toBe('02:04:05 web | ');
  });

  it('is that of the machine if nothing else is said', () => {
    const before = Date.now();
    const shown = Date.parse(prefix(format({ timestamp: 'iso' }), 'web')().split(' ')[0]!);
    expect(shown).toBeGreaterThanOrEqual(before);
    expect(shown).toBeLessThanOrEqual(Date.now());
  });
});

describe('a prefix', () => {
  it('is made once as long as nothing changes', () => {
    let nowMs = 5000;
    const make = format({ timestamp: 'clock', now: () => nowMs }).prefix('web', () => 'web');
    const first = make();
    nowMs += 999;
    expect(make()).toBe(first);
    nowMs += 1;
    expect(make()).not.toBe(first);
  });

  it('has its bar behind the longest name', () => {
    const lines = format();
    lines.reserve('web');
    lines.reserve('worker.10');
    lines.reserve('api');
    expect([prefix(lines, 'web')(), prefix(lines, 'worker.10')()]).toEqual(['web       | ', 'worker.10 | ']);
  });

  it('moves its bar when a longer name comes', () => {
    const lines = format();
    lines.reserve('web');
    const web = prefix(lines, 'web');
    expect(web()).toBe('web | ');
    lines.reserve('worker');
    expect(web()).toBe('web    | ');
  });

  it('has its bar right behind its name where names are not aligned', () => {
    const lines = format({ align: false });
    lines.reserve('worker');
    expect(prefix(lines, 'web')()).toBe('web | ');
  });

  it('is longer than the others when its name is longer than what was reserved', () => {
    const lines = format();
    lines.reserve('web');
    expect(prefix(lines, 'worker')()).toBe('worker | ');
  });

  it('follows a name that changes', () => {
    let name = 'web';
    const make = format().prefix('web', () => name);
    expect(make().toString()).toBe('web | ');
    name = 'web.1';
    expect(make().toString()).toBe('web.1 | ');
  });

  it.each(['$&', "$'$`$1$$", 'größe', '日本', String.raw`\n`, 'a|b', '%s'])('shows the name %s as it is', (name) => {
    expect(prefix(format(), name)()).toBe(`${name} | `);
  });

  it('is nothing at all in raw output', () => {
    const lines = format({ raw: true, timestamp: 'iso' });
    lines.reserve('web');
    expect(lines.prefix('web', () => 'web')()).toHaveLength(0);
  });

  it('has the colour of its job, up to the bar', () => {
    const lines = format({ palette: new Palette(true), timestamp: 'clock', now: () => new Date(2026, 0, 2, 3, 4, 5).getTime() });
    const [first, second] = ['web.1', 'web.2'].map((name) =>
      lines
        .prefix('web', () => name)()
        .toString(),
    );
    expect(first).toBe('\x1b[36m03:04:05 web.1 |\x1b[39m ');
    expect(second).toBe('\x1b[36m03:04:05 web.2 |\x1b[39m ');
    expect(prefix(lines, 'api')()).toBe('\x1b[33m03:04:05 api |\x1b[39m ');
  });

  it('is cut to what has room before a line', () => {
    expect(format().prefix('web', () => 'x'.repeat(10_000))()).toHaveLength(MAX_PREFIX_BYTES);
  });
});
