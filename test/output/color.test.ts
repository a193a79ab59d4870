import { describe, expect, it } from 'vitest';
import { colorEnvironment, wantsColor } from '../../src/output/color.ts';

type Env = Readonly<Record<string, string>>;

describe('colours are written', () => {
  it.each<{ flag?: boolean; env: Env; pipe: boolean; terminal: boolean }>([
    { env: {}, pipe: false, terminal: true },
    { env: { TERM: 'xterm' }, pipe: false, terminal: true },
    { env: { TERM: 'dumb' }, pipe: false, terminal: false },
    { env: { NO_COLOR: '1' }, pipe: false, terminal: false },
    { env: { NO_COLOR: '0' }, pipe: false, terminal: false },
    { env: { NO_COLOR: '' }, pipe: false, terminal: true },
    { env: { FORCE_COLOR: '1' }, pipe: true, terminal: true },
    { env: { FORCE_COLOR: '3' }, pipe: true, terminal: true },
    { env: { FORCE_COLOR: '' }, pipe: true, terminal: true },
    { env: { FORCE_COLOR: 'true' }, pipe: true, terminal: true },
    { env: { FORCE_COLOR: '0' }, pipe: false, terminal: false },
    { env: { FORCE_COLOR: 'false' }, pipe: false, terminal: false },
    { env: { FORCE_COLOR: '1', NO_COLOR: '1' }, pipe: true, terminal: true },
    { env: { FORCE_COLOR: '1', TERM: 'dumb' }, pipe: true, terminal: true },
    { env: { FORCE_COLOR: '0', NO_COLOR: '' }, pipe: false, terminal: false },
    { flag: true, env: { NO_COLOR: '1', TERM: 'dumb' }, pipe: true, terminal: true },
    { flag: true, env: { FORCE_COLOR: '0' }, pipe: true, terminal: true },
    { flag: false, env: { FORCE_COLOR: '1' }, pipe: false, terminal: false },
    { flag: false, env: {}, pipe: false, terminal: false },
  ])('with the flag $flag and $env: into a pipe $pipe, on a terminal $terminal', ({ flag, env, pipe, terminal }) => {
    expect(wantsColor({ flag, env, isTerminal: false })).toBe(pipe);
    expect(wantsColor({ flag, env, isTerminal: true })).toBe(terminal);
  });
});

describe('children of a coloured gaffer', () => {
  it.each<{ env: Env }>([{ env: {} }, { env: { TERM: 'xterm' } }, { env: { NO_COLOR: '' } }])('are told to colour with $env', ({ env }) => {
    expect(colorEnvironment(env)).toEqual({ FORCE_COLOR: '1', CLICOLOR_FORCE: '1' });
  });

  it.each<{ env: Env }>([
    { env: { NO_COLOR: '1' } },
    { env: { FORCE_COLOR: '0' } },
    { env: { FORCE_COLOR: '' } },
    { env: { CLICOLOR: '0' } },
    { env: { CLICOLOR_FORCE: '0' } },
  ])('are left alone with $env, which has said it', ({ env }) => {
    expect(colorEnvironment(env)).toEqual({});
  });
});
