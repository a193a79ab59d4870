import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { complain } from '../src/cli/complain.ts';
import { eventLine } from '../src/cli/view/event-line.ts';
import { infoText } from '../src/cli/view/info-text.ts';
import { jobsText, lookupEventLine, nodesText, sessionsText, sourcesText } from '../src/cli/view/lookup-text.ts';
import { psText } from '../src/cli/view/ps-text.ts';
import { formatRecord, type LogFormat } from '../src/daemon/log-record.ts';
import { harmlessLine, harmlessText } from '../src/finding.ts';
import type { GafferEvent } from '../src/job/event.ts';
import type { JobOverview } from '../src/job/info.ts';
import { eventText } from '../src/output/event-text.ts';
import { LineFormat } from '../src/output/line-format.ts';
import { Palette } from '../src/output/palette.ts';

/** What a terminal takes for its own, what ends a line for some readers, and what turns the order in which a line is read. */
const EVIL = ['\u001b[2J\u001b]0;title\u0007', '\u009b31m', '\r', '\u0000', '\u007f', '\u0008', '\u2028', '\u2029', '\u202e', '\u2066'];
const UNFIT = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const NAME = `shop.web${EVIL.join('')}\n2026-11-22 12:00:00 [1] [INFO] forged`;

describe('a text of somebody else', () => {
  test('controls nothing when it is shown, and stays as it is where it could not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(harmlessText(text)).not.toMatch(/(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(harmlessLine(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(UNFIT.test(text) || text.includes('\n') || harmlessLine(text) === text).toBe(true);
      }),
    );
    expect(harmlessLine('a\u001b[31mb\n\tä→👩‍🚀')).toBe(String.raw`a\u001b[31mb\u000a\tä→👩‍🚀`);
  });

  test('is harmless as the name of a job in "gaffer ps", in front of a line, and in what is told of a job', () => {
    const paint = { title: (text: string) => text, trouble: (text: string) => text, aside: (text: string) => text };
    const job: JobOverview = { name: NAME, cmd: NAME, state: 'started', active: true, running: 0, max_processes: 0, processes: [] };
    const format = new LineFormat({ timestamp: 'none', align: true, raw: false, palette: new Palette(false) });
    const prefix = format
      .prefix('web', () => NAME)()
      .toString();
    expect(prefix).not.toContain('\n');
    for (const text of [psText([job], { nowMs: 0, paint }), prefix, infoText({ name: NAME, env: { [NAME]: NAME } })]) {
      expect(text).not.toMatch(UNFIT);
      expect(text).toContain('shop.web'.slice(5));
    }
  });

  test('is harmless as what a lookupd tells: it can forge no line of another node', () => {
    const node = { name: NAME, origin: NAME, version: NAME };
    const sources = [{ name: NAME, pids: [1], node_info: node }];
    const title = (text: string): string => text;
    const good = { name: 'a', origin: 'b', version: '1' };
    const goodSources = [{ name: 'a', pids: [1], node_info: good }];
    const lines = (text: string): number => text.split('\n').length;
    const event = { event: 'add_job', job_name: NAME, node } as const;
    for (const [text, harmless] of [
      [nodesText([node]), nodesText([good])],
      [jobsText([{ name: NAME, sources }], title), jobsText([{ name: 'a', sources: goodSources }], title)],
      [sessionsText([{ sessionid: NAME, jobs: { [NAME]: sources } }], title), sessionsText([{ sessionid: 'a', jobs: { a: goodSources } }], title)],
      [sourcesText(sources, title), sourcesText(goodSources, title)],
      [lookupEventLine(event, new Date()), 'a\n'],
    ] as const) {
      expect(text).not.toMatch(UNFIT);
      expect(lines(text)).toBe(lines(harmless));
    }
  });

  test('is harmless as the reason why a process did not start, and in complaints', () => {
    const event = { type: 'exit', name: NAME, exit: { kind: 'not_started', reason: NAME }, process: { pid: 1, osPid: 0 }, ranMs: 0 };
    expect(eventText(event as unknown as GafferEvent)).not.toMatch(UNFIT);
    expect(eventLine(event as unknown as GafferEvent)).not.toMatch(UNFIT);
    const said: unknown[] = [];
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(text) > 0);
    complain(NAME);
    spy.mockRestore();
    expect(said).toHaveLength(2);
    expect(said.join('')).not.toMatch(UNFIT);
  });

  test.for<[LogFormat]>([['text'], ['json']])('is one record of gafferd’s log (%s), and controls no terminal that shows it', ([format]) => {
    const fields = { url: NAME, user: NAME };
    const text = formatRecord({ time: new Date(0), pid: 1, level: 'info', message: `GET ${NAME}`, fields }, format);
    expect(text).not.toMatch(UNFIT);
    expect(text.split('\n').filter((line) => /^[{\d]/.test(line))).toHaveLength(1);
    if (format === 'json') {
      expect(JSON.parse(text)).toMatchObject({ message: `GET ${NAME}`, url: NAME });
    }
  });
});
