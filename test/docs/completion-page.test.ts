import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Completion } from '../../src/cli/completion/command.ts';
import { PATIENCE_MS, withProgram } from '../../src/cli/completion/complete.ts';
import { completionOf } from '../../src/cli/completion/completion.ts';
import { type Known, NOTHING_KNOWN } from '../../src/cli/completion/known.ts';
import { completionScript } from '../../src/cli/completion/script.ts';
import { SHELLS } from '../../src/cli/completion/shell.ts';
import { readTypedLine } from '../../src/cli/completion/typed-line.ts';
import { completed } from '../../src/cli/gaffer/completed.ts';
import { COMMANDS, RULES } from '../../src/cli/gaffer/main.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/completion.md', import.meta.url)), 'utf8');

/** The Procfile and the node that the page tells of. */
const KNOWN: Known = {
  ...NOTHING_KNOWN,
  app: 'shop',
  jobs: [
    { session: 'shop', job: 'web', about: '', processes: [{ pid: 1, slot: 1 }] },
    { session: 'shop', job: 'worker', about: '', processes: [2, 3].map((pid, index) => ({ pid, slot: index + 1 })) },
    { session: 'blog', job: 'php', about: '', processes: [{ pid: 4, slot: 1 }] },
  ],
  processTypes: [{ name: 'web' }, { name: 'clock' }],
};

const ROWS = [...PAGE.matchAll(/^\| `(gaffer [^`]*)` \| (`.*`) \|$/gm)].map(([, typed = '', offered = '']) => [typed, offered] as const);

describe('the page of completion', () => {
  it('has rows to be tried', () => {
    expect(ROWS.length).toBeGreaterThan(15);
  });

  it.each(ROWS)('%s offers %s', (typed, offered) => {
    const words = typed.split(' ');
    const word = words.pop() ?? '';
    const asked = withProgram({ words, word }, completed({ commands: COMMANDS, ...RULES }))!;
    const { candidates } = completionOf(readTypedLine(asked.words, word, asked.program), asked.program, KNOWN);
    const texts = candidates.filter(({ text }) => text.startsWith(word)).map(({ text }) => `\`${text}\``);
    expect(texts.join(' ')).toBe(offered);
  });

  it.each(SHELLS)('says how to install it in %s as the help and the script do', (shell) => {
    const [, command = ''] = new RegExp(`\`\`\`\\n(.*gaffer completion ${shell}.*)\\n\`\`\``).exec(PAGE) ?? [];
    expect(command).not.toBe('');
    expect(Completion.description).toContain(`\n  ${command}`);
    expect(completionScript(shell)).toContain(`# Install it:  ${command}\n`);
  });

  it('tells how long a node has', () => {
    expect(PAGE).toContain(`A node has ${PATIENCE_MS / 1000} seconds`);
  });
});
