// Translates src/output/prefix-lines.wat and writes it as a TypeScript module; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const source = new URL('../src/output/prefix-lines.wat', import.meta.url);
const target = new URL('../src/output/prefix-lines.ts', import.meta.url);

const module = (await wabt()).parseWat('prefix-lines.wat', readFileSync(source, 'utf8'), { simd: true });
const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
const text = `/** The translation of prefix-lines.wat, made by \`npm run wasm\`. */\nexport const PREFIX_LINES_WASM =\n  '${base64}';\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/output/prefix-lines.ts is not the translation of prefix-lines.wat: run `npm run wasm`');
  process.exitCode = 1;
}
