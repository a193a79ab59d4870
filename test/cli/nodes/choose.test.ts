import { describe, expect, it } from 'vitest';
import { chosenOf, labelled } from '../../../src/cli/nodes/choose.ts';

const node = (name: string, origin = `http://${name}:5000`): { name: string; origin: string } => ({ name, origin });

describe('what nodes are called', () => {
  it.for([
    ['their names, in order, numbers by their value', [node('n10'), node('n2'), node('a')], ['a', 'n2', 'n10']],
    [
      'with their address where a name is not enough',
      [node('vm', 'http://127.0.0.1:5001'), node('vm', 'https://10.0.0.1:5000'), node('other')],
      ['other', 'vm@10.0.0.1:5000', 'vm@127.0.0.1:5001'],
    ],
    ['with the path of a unix socket', [node('vm', 'unix:///run/a.sock'), node('vm', 'unix:///run/b.sock')], ['vm@run/a.sock', 'vm@run/b.sock']],
  ] as const)('%s', ([, nodes, labels]) => {
    expect(labelled(nodes).map(({ label }) => label)).toEqual(labels);
  });
});

describe('which nodes are chosen', () => {
  const nodes = labelled([node('web1'), node('web2'), node('db.example', 'http://db:5000'), node('vm', 'http://a:1'), node('vm', 'http://b:1')]);

  it.for([
    ['all without a word', [], ['db.example', 'vm@a:1', 'vm@b:1', 'web1', 'web2'], []],
    ['one by its name', ['web2'], ['web2'], []],
    ['several', ['web2', 'db.example'], ['db.example', 'web2'], []],
    ['those that a pattern fits', ['web*'], ['web1', 'web2'], []],
    ['all', ['*'], ['db.example', 'vm@a:1', 'vm@b:1', 'web1', 'web2'], []],
    ['all of the same name', ['vm'], ['vm@a:1', 'vm@b:1'], []],
    ['one of them by its label', ['vm@b:1'], ['vm@b:1'], []],
    ['one by its name with its address, also where the name is enough', ['web1@web1:5000'], ['web1'], []],
    ['none by an address that a pattern without one would fit', ['w*:5000'], [], ['w*:5000']],
    ['one by its URL', ['http://db:5000'], ['db.example'], []],
    ['none by part of a name', ['web'], [], ['web']],
    ['none by a dot that is any letter', ['dbxexample'], [], ['dbxexample']],
    ['none by letters that mean something else elsewhere', ['[w]eb1', 'web(1)', '^web1$'], [], ['[w]eb1', 'web(1)', '^web1$']],
  ] as const)('%s', ([, words, labels, strange]) => {
    const choice = chosenOf(nodes, words);
    expect({ labels: choice.nodes.map(({ label }) => label), strange: choice.strange }).toEqual({ labels, strange });
  });
});
