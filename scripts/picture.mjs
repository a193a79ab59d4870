// Runs a session on a terminal of 76 columns and draws what it shows: docs/images/start.svg. `npm run picture`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';

const COLORS = { 30: '#484f58', 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 34: '#79c0ff', 35: '#d2a8ff', 36: '#56d4dd', 37: '#c9d1d9' };
const TEXT = '#c9d1d9';
const LINE = 20;
const root = fileURLToPath(new URL('..', import.meta.url));

const shown = await run(process.execPath, ['bin/gaffer.js', 'start', '-f', 'Procfile.example'], (text) => text.split('is alive').length > 4);
mkdirSync(`${root}/docs/images`, { recursive: true });
writeFileSync(`${root}/docs/images/start.svg`, draw(['$ gaffer start -f Procfile.example', ...shown.trimEnd().split(/\r?\n/)]));

/** What a program shows until `enough`; then it gets a Ctrl-C. */
function run(file, args, enough) {
  const { NO_COLOR: _, NODE_EXTRA_CA_CERTS: __, ...env } = process.env;
  const terminal = pty.spawn(file, args, { cols: 76, rows: 24, cwd: root, env: { ...env, TERM: 'xterm-256color' } });
  return new Promise((resolve) => {
    let text = '';
    let stopped = false;
    terminal.onData((data) => {
      text += data;
      if (!stopped && enough(text)) {
        stopped = true;
        terminal.write('\x03');
      }
    });
    terminal.onExit(() => setTimeout(() => resolve(text), 100));
  });
}

function draw(lines) {
  const rows = lines.map((line, index) => `<text x="16" y="${44 + index * LINE}" xml:space="preserve">${spans(line)}</text>`);
  const height = 44 + lines.length * LINE;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="680" height="${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13.5">
<rect width="680" height="${height}" rx="8" fill="#0d1117"/>
<g fill="#30363d"><circle cx="18" cy="16" r="5"/><circle cx="34" cy="16" r="5"/><circle cx="50" cy="16" r="5"/></g>
<g fill="${TEXT}">
${rows.join('\n')}
</g>
</svg>
`;
}

function spans(line) {
  let color = TEXT;
  return line
    .split(/(\x1b\[[\d;]*m)/)
    .map((part) => {
      const code = /^\x1b\[(\d+)m$/.exec(part)?.[1];
      if (code !== undefined) {
        color = COLORS[code >= 90 ? code - 60 : code] ?? TEXT;
        return '';
      }
      const text = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      return text === '' ? '' : `<tspan fill="${color}">${text}</tspan>`;
    })
    .join('');
}
