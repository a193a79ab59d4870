import { describe, expect, it } from 'vitest';
import { fullNameIn } from '../../../src/daemon/registration/host-name.ts';
import { originOf } from '../../../src/daemon/registration/origin.ts';

describe('the address that a node says of itself', () => {
  it.each<readonly [urls: readonly string[], origin: string, isLocal: boolean]>([
    [['http://[::]:5000'], 'http://node1.example:5000', false],
    [['https://0.0.0.0:5443'], 'https://node1.example:5443', false],
    [['http://10.0.0.5:5000'], 'http://10.0.0.5:5000', false],
    [['http://node1:5000'], 'http://node1:5000', false],
    [['http://[2001:db8::1]:5000'], 'http://[2001:db8::1]:5000', false],
    [['http://127.0.0.1:5000'], 'http://127.0.0.1:5000', true],
    [['http://[::1]:5000'], 'http://[::1]:5000', true],
    [['http://localhost:5000'], 'http://localhost:5000', true],
    [['unix:///run/gafferd.sock', 'http://127.0.0.1:5000', 'https://10.0.0.5:5001', 'http://10.0.0.6:1'], 'https://10.0.0.5:5001', false],
    [['unix:///run/gafferd.sock', 'http://127.0.0.1:5000'], 'http://127.0.0.1:5000', true],
    [['unix:///run/gafferd.sock'], 'unix:///run/gafferd.sock', true],
    [['http://[::]'], 'http://node1.example', false],
  ])('listening at %j: %s', (urls, text, isLocal) => {
    expect(originOf(urls, 'node1.example')).toEqual({ text, isLocal });
  });
});

describe('the name of a machine', () => {
  it.each([
    ['127.0.1.1 node1.example node1', 'node1', 'node1.example'],
    ['127.0.0.1 localhost\n10.0.0.5\tother node1 node1.shop.example # node1.no', 'node1', 'node1.shop.example'],
    ['127.0.0.1 localhost # node1.example node1', 'node1', 'node1'],
    ['10.0.0.5 node10.example node1', 'node1', 'node1'],
    ['10.0.0.5 a.b.c node1.example', 'node1.example', 'node1.example'],
    ['', 'node1', 'node1'],
  ])('by the table %j, %s is %s', (table, name, full) => {
    expect(fullNameIn(table, name)).toBe(full);
  });
});
