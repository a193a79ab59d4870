import { describe, expect, it } from 'vitest';
import { NO_MANIFEST, parseManifest } from '../../../src/daemon/plugins/manifest.ts';

const main = (manifest: object): string | undefined => parseManifest(JSON.stringify(manifest)).main;

describe('the package.json of a plugin', () => {
  it('says what it is', () => {
    const text =
      '\uFEFF{"name": "@me/x", "version": "1.2.3", "description": "d", "gaffer": {"mandatory": ["a", "b"]}, "main": "lib.js", "private": true}';
    expect(parseManifest(text)).toEqual({ version: '1.2.3', description: 'd', mandatory: ['a', 'b'], main: 'lib.js' });
    expect(parseManifest('{}')).toEqual(NO_MANIFEST);
    expect(parseManifest('{"gaffer": {}}')).toEqual(NO_MANIFEST);
  });

  it.each([
    [{ main: './a.js' }, './a.js'],
    [{ exports: './a.js', main: './b.js' }, './a.js'],
    [{ exports: { '.': './a.js', './b': './b.js' } }, './a.js'],
    [{ exports: { '.': { types: './a.d.ts', import: './a.mjs', require: './a.cjs' } } }, './a.mjs'],
    [{ exports: { types: './a.d.ts', default: './a.js' } }, './a.js'],
    [{ exports: { require: './a.cjs' } }, './a.cjs'],
    [{ exports: { node: { import: './a.mjs' }, default: './b.js' } }, './a.mjs'],
    [{ exports: ['./a.js', './b.js'] }, './a.js'],
    [{ exports: { '.': [{ browser: './b.js' }, './a.js'] } }, './a.js'],
    [{ exports: { './only-this': './a.js' }, main: './b.js' }, './b.js'],
    [{ exports: null }, undefined],
    [{ exports: { browser: './b.js' } }, undefined],
    [{ __proto__: null, exports: JSON.parse('{"__proto__": {"default": "./a.js"}}') as object }, undefined],
  ])('names the main module as Node finds it: %j', (manifest, expected) => {
    expect(main(manifest)).toBe(expected);
  });

  it.each([
    ['', 'expected JSON: '],
    ['{', 'expected JSON: '],
    ['[]', 'expected an object, got []'],
    ['null', 'expected an object, got null'],
    ['"x"', 'expected an object, got "x"'],
    ['{"version": 1}', 'version: expected a text, got 1'],
    ['{"description": ["a"]}', 'description: expected a text, got ["a"]'],
    ['{"main": {}}', 'main: expected a text, got {}'],
    ['{"main": null}', 'main: expected a text, got null'],
    ['{"gaffer": []}', 'gaffer: expected an object, got []'],
    ['{"gaffer": "a"}', 'gaffer: expected an object, got "a"'],
    ['{"gaffer": {"mandatory": "a"}}', 'gaffer.mandatory: expected a list of plugins\' names, got "a"'],
    ['{"gaffer": {"mandatory": ["a", null]}}', 'gaffer.mandatory: expected a list of plugins\' names, got ["a",null]'],
  ])('is refused when it is %s', (text, message) => {
    expect(() => parseManifest(text)).toThrow(`package.json: ${message}`);
  });
});
