// Tables: for the terminal, and as Markdown for the README.
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * @typedef {object} Table
 * @property {string} title
 * @property {string[]} columns
 * @property {string[][]} rows
 * @property {string[]} [notes]
 */
/**
 * What is demanded of gaffer, and what it reached.
 * @typedef {object} Claim
 * @property {string} what
 * @property {string} wanted
 * @property {string} reached
 * @property {boolean} met
 */
/**
 * @typedef {object} Result
 * @property {Table[]} tables
 * @property {Claim[]} claims
 * @property {{ name: string, version: string }[]} [tools] that took part, if they were not the runners of Procfiles
 */

/**
 * @param {string} what
 * @param {'≤' | '≥'} sign
 * @param {number} limit
 * @param {number} value
 * @param {string} reached
 * @returns {Claim}
 */
export function claim(what, sign, limit, value, reached) {
  return { what, wanted: `${sign} ${limit.toLocaleString('en-US')}`, reached, met: sign === '≤' ? value <= limit : value >= limit };
}

/**
 * @param {Claim[]} claims
 * @returns {Table}
 */
export function claimsTable(claims) {
  const rows = claims.map(({ what, wanted, reached, met }) => [what, wanted, reached, met ? 'yes' : '**no**']);
  return { title: 'Demanded and reached', columns: ['what', 'wanted', 'reached', 'met'], rows };
}

/** @param {Table} table */
export function terminalTable({ title, columns, rows, notes = [] }) {
  const widths = columns.map((column, index) => Math.max(...[column, ...rows.map((row) => row[index])].map((cell) => cell.length)));
  const line = (/** @type {string[]} */ cells) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index]))
      .join('  ')
      .trimEnd();
  return [`\n${title}`, line(columns), ...rows.map(line), ...notes].join('\n');
}

/** @param {Table} table */
export function markdownTable({ title, columns, rows, notes = [] }) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const head = [line(columns), line(columns.map(() => '---'))];
  return [`**${title}**`, '', ...head, ...rows.map(line), ...notes.flatMap((note) => ['', note])].join('\n');
}

/**
 * Replaces one benchmark's results in the README, between its markers.
 * @param {string} file
 * @param {string} name
 * @param {Result} result
 * @param {string} circumstances
 */
export function writeResults(file, name, { tables, claims }, circumstances) {
  const [begin, end] = [`<!-- results ${name} -->`, `<!-- end of results ${name} -->`];
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the README has no place for the results of ${name}`);
  const all = claims.length > 0 ? [claimsTable(claims), ...tables] : tables;
  const block = [begin, circumstances, ...all.map(markdownTable)].join('\n\n');
  writeFileSync(file, `${page.slice(0, from)}${block}\n\n${page.slice(to)}`);
}
