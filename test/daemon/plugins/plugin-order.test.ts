import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OrderedPlugin, orderPlugins } from '../../../src/daemon/plugins/plugin-order.ts';

const plugin = (name: string, ...mandatory: readonly string[]): OrderedPlugin => ({ name, mandatory });

describe('the order of plugins', () => {
  it.each<[string, readonly OrderedPlugin[], readonly (readonly string[])[], Readonly<Record<string, string>>]>([
    ['nothing', [], [], {}],
    ['those that need nobody: at once', [plugin('b'), plugin('a')], [['b', 'a']], {}],
    ['a chain', [plugin('a', 'b'), plugin('b', 'c'), plugin('c')], [['c'], ['b'], ['a']], {}],
    ['one that is not there', [plugin('a', 'x', 'b', 'y'), plugin('b')], [['b']], { a: 'requires "x" and "y" to be used' }],
    [
      'one that needs such',
      [plugin('a', 'b'), plugin('b', 'x')],
      [],
      { a: 'requires "b", which can\'t be started before it', b: 'requires "x" to be used' },
    ],
    ['itself', [plugin('a', 'a')], [], { a: 'requires "a", which can\'t be started before it' }],
    [
      'a circle, and who needs it',
      [plugin('a', 'b'), plugin('b', 'a'), plugin('c', 'a'), plugin('d')],
      [['d']],
      {
        ...{ a: 'requires "b", which can\'t be started before it', b: 'requires "a", which can\'t be started before it' },
        ...{ c: 'requires "a", which can\'t be started before it' },
      },
    ],
    ['by another name', [plugin('a', 'alias'), { ...plugin('b'), alias: 'alias' }], [['b'], ['a']], {}],
    ['a name before another’s alias', [plugin('a', 'c'), { ...plugin('b', 'a'), alias: 'c' }, plugin('c')], [['c'], ['a'], ['b']], {}],
    [
      'names of objects',
      [plugin('constructor', '__proto__'), plugin('x', 'constructor')],
      [],
      {
        ...{ constructor: 'requires "__proto__" to be used', x: 'requires "constructor", which can\'t be started before it' },
      },
    ],
    ['the same one twice', [plugin('a', 'b', 'b'), plugin('b')], [['b'], ['a']], {}],
  ])('%s', (_, plugins, groups, refused) => {
    const order = orderPlugins(plugins);
    expect(order.groups).toEqual(groups);
    expect([...order.refused].toSorted()).toEqual(Object.entries(refused).toSorted());
  });

  it('has each plugin once, started behind all that it needs, or refused with a reason', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    const plugins = fc.uniqueArray(fc.record({ name, mandatory: fc.array(name, { maxLength: 3 }) }), { selector: (one) => one.name });
    fc.assert(
      fc.property(plugins, (all) => {
        const { groups, refused } = orderPlugins(all);
        const placed = groups.flat();
        expect([...placed, ...refused.keys()].toSorted()).toEqual(all.map((one) => one.name).toSorted());
        for (const [index, group] of groups.entries()) {
          const before = groups.slice(0, index).flat();
          for (const one of all.filter((each) => group.includes(each.name))) {
            expect(one.mandatory.every((wanted) => before.includes(wanted))).toBe(true);
            // and no later than it has to be
            expect(index === 0 || one.mandatory.some((wanted) => groups[index - 1]?.includes(wanted) === true)).toBe(true);
          }
        }
        for (const one of all.filter((each) => refused.has(each.name))) {
          expect(one.mandatory.some((wanted) => !placed.includes(wanted))).toBe(true);
        }
      }),
    );
  });
});
