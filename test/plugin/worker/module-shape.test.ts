import { describe, expect, it } from 'vitest';
import { attributesOf, expectPlugin } from '../../../src/plugin/worker/module-shape.ts';

const app = () => undefined;

describe('what a module exports', () => {
  it.each([
    ['an object', { default: { name: 'x', app } }],
    ['an object of CommonJS', { default: { name: 'x', app }, name: 'x', app, 'module.exports': {} }],
    ['a default export that became CommonJS', { default: { __esModule: true, default: { name: 'x', app } } }],
    ['a class with what it needs', { default: Object.assign(function plugin() {}, { app, description: 'd' }) }],
    ['nothing but a name', { default: { name: 'x' } }],
  ])('is a plugin: %s', (_, module) => {
    expect(expectPlugin(module)).toBeTypeOf(typeof module.default === 'function' ? 'function' : 'object');
  });

  it.each([
    [{}, 'expected the plugin as the default export of its main module, got undefined'],
    [{ default: null }, 'expected the plugin as the default export of its main module, got null'],
    [{ default: 'x' }, "expected the plugin as the default export of its main module, got 'x'"],
    [{ default: { name: 1 } }, 'name: expected a text, got 1'],
    [{ default: { version: 1.5 } }, 'version: expected a text, got 1.5'],
    [{ default: { description: [] } }, 'description: expected a text, got []'],
    [{ default: { mandatory: 'a' } }, "mandatory: expected a list of plugins' names, got 'a'"],
    [{ default: { mandatory: ['a', 1] } }, "mandatory: expected a list of plugins' names, got [ 'a', 1 ]"],
    [{ default: { mandatory: new Set(['a']) } }, "mandatory: expected a list of plugins' names, got Set(1) { 'a' }"],
    [{ default: { app: {} } }, 'app: expected a function that makes the application, got {}'],
  ])('is none: %j', (module, message) => {
    expect(() => expectPlugin(module)).toThrow(new Error(message));
  });

  it('says of itself only what can be told to another thread', () => {
    const told = attributesOf({ name: 'x', app, mandatory: Object.freeze(['a']) });
    expect(structuredClone(told)).toEqual({ name: 'x', version: undefined, description: undefined, mandatory: ['a'] });
  });
});
