import { describe, expect, it } from 'vitest';
import { expandProcfile } from '../../../src/procfile/expand.ts';
import { exportJson } from '../../../src/procfile/export/json.ts';
import { parseProcfile } from '../../../src/procfile/procfile.ts';

const settings = new Map([['web', { graceful_timeout: 3 }]]);
const jobs = expandProcfile({
  entries: parseProcfile('web: node app.js\nworker: a && b', 'Procfile').entries,
  cwd: '/srv/shop',
  env: { A: 'x\ny' },
  settings,
});

describe('a JSON export', () => {
  it('of one job is an object, as the original writes it', () => {
    expect(exportJson({ app: 'shop', jobs, only: 'web' })).toBe(
      '{\n "name": "web",\n "cmd": "node",\n "args": [\n  "app.js"\n ],\n "env": {\n  "A": "x\\ny"\n },\n "numprocesses": 1\n}\n',
    );
  });

  it('of all jobs is a list of them', () => {
    expect(JSON.parse(exportJson({ app: 'shop', jobs }))).toEqual({
      jobs: [
        { name: 'web', cmd: 'node', args: ['app.js'], env: { A: 'x\ny' }, numprocesses: 1 },
        { name: 'worker', cmd: 'a && b', args: [], env: { A: 'x\ny' }, numprocesses: 1, shell: true },
      ],
    });
  });

  it('shows what gaffer.ini adds', () => {
    expect(JSON.parse(exportJson({ app: 'shop', jobs, settings, only: 'web' }))).toEqual({
      name: 'web',
      cmd: 'node',
      args: ['app.js'],
      env: { A: 'x\ny' },
      numprocesses: 1,
      graceful_timeout: 3,
    });
  });

  it('in full is the whole job', () => {
    expect(JSON.parse(exportJson({ app: 'shop', jobs, settings, full: true, only: 'web' }))).toEqual(jobs[0]);
  });

  it('takes args that are a text for words', () => {
    expect(JSON.parse(exportJson({ app: 'shop', jobs: [{ name: 'x', cmd: 'y', args: "a 'b c'" }], only: 'x' }))).toMatchObject({
      args: ['a', 'b c'],
    });
  });

  it('of a process that the Procfile does not have is refused', () => {
    expect(() => exportJson({ app: 'shop', jobs, only: 'clock' })).toThrow('expected a process of the Procfile (web, worker), got "clock"');
  });
});
