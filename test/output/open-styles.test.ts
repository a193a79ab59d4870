import { describe, expect, it } from 'vitest';
import { OpenStyles, RESET, withStylesClosed } from '../../src/output/open-styles.ts';

describe('a line', () => {
  it.each([
    '\x1b[31m',
    '\x1b[1m\x1b[31mred\x1b[39m',
    '\x1b[1;31mred\x1b[22m',
    '\x1b[38;5;196mred',
    '\x1b[38;2;255;0;0mred',
    '\x1b[38:5:196mred',
    '\x1b[38:2::255:0:0mred',
    '\x1b[48;5;0mon black',
    '\x1b[48;2;0;0;0mon black',
    '\x1b[58;5;1munderlined in red',
    '\x1b[97mwhite',
    '\x1b[107mon white',
    '\x1b[3mitalic',
    '\x1b[7minverse',
    '\x1b[9mstruck\x1b[39m\x1b[49m',
    '\x1b[21mtwice underlined',
    '\x1b[4:3mcurled',
    '\x1b[0m\x1b[53mover',
    '\x1b[0;1mbold again',
    '\x1b[31mred\x1b[38;5;0m\x1b[49m',
  ])('that leaves a style open is closed: %j', (line) => {
    expect(withStylesClosed(line)).toBe(line + RESET);
  });

  it.each([
    'plain',
    '\x1b[0m',
    '\x1b[m',
    '\x1b[31mred\x1b[0m',
    '\x1b[31mred\x1b[m',
    '\x1b[31mred\x1b[39m',
    '\x1b[31;1mred\x1b[0;39m',
    '\x1b[1mbold\x1b[22m',
    '\x1b[2mdim\x1b[22m',
    '\x1b[3;4;5;7;8;9mall\x1b[23;24;25;27;28;29m',
    '\x1b[6mfast\x1b[25m',
    '\x1b[4:3mcurled\x1b[4:0m',
    '\x1b[21mtwice\x1b[24m',
    '\x1b[38;5;196mred\x1b[39m',
    '\x1b[38;2;1;4;9mred\x1b[39m',
    '\x1b[48;5;1mon red\x1b[49m',
    '\x1b[38;5;1;48;5;4mboth\x1b[39;49m',
    '\x1b[58;2;1;2;3mx\x1b[59m',
    '\x1b[51mframed\x1b[54m',
    '\x1b[53mover\x1b[55m',
    '\x1b[2K\x1b[1A\x1b[?25h',
    '\x1b[31',
    '[31m',
    '\x1b[99999m',
    '\x1b[>4;1m',
  ])('that leaves no style open stays as it is: %j', (line) => {
    expect(withStylesClosed(line)).toBe(line);
  });
});

describe('following a text', () => {
  it('goes on from one piece to the next', () => {
    const styles = new OpenStyles();
    styles.read('\x1b[31mred');
    expect(styles.isOpen).toBe(true);
    styles.read('more\x1b[39m');
    expect(styles.isOpen).toBe(false);
  });

  it('forgets what was open', () => {
    const styles = new OpenStyles();
    styles.read('\x1b[31;4m');
    styles.clear();
    expect(styles.isOpen).toBe(false);
  });
});
