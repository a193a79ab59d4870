import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { GafferError } from '../errors.ts';

/** What a server is called by those who connect to it: a host name, or an address. */
export type ServerName = { readonly kind: 'dns'; readonly name: string } | { readonly kind: 'ip'; readonly name: string; readonly bytes: Buffer };

/** What would be another part of a URL. */
const OTHER_PARTS = /[\s/?#@:\\%]/;

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Reads a host name (`box`, `*.example.org`) or an address. @throws GafferError `bad_usage` */
export function parseServerName(text: string): ServerName {
  const address = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (isIPv4(address) || (isIPv6(address) && !address.includes('%'))) {
    return { kind: 'ip', name: address, bytes: isIPv4(address) ? ipv4Bytes(address) : ipv6Bytes(address) };
  }
  const name = OTHER_PARTS.test(text) ? '' : domainToASCII(text).toLowerCase();
  const labels = name.replace(/^\*\./, '').split('.');
  if (name.length > 253 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? '')) {
    throw new GafferError('bad_usage', `expected a host name or an address, as clients have it in their URL, got "${text}"`);
  }
  return { kind: 'dns', name };
}

/** Addresses of a network: its first one, and the bits that are the same in all. */
export interface Network {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mask: Buffer;
}

/** What an authority may sign for: a host name with all that are below it, or the addresses of a network. */
export type Area = { readonly kind: 'dns'; readonly name: string } | ({ readonly kind: 'ip' } & Network);

/** Reads a domain (`example.org`), an address or a network (`10.0.0.0/8`). @throws GafferError `bad_usage` */
export function parseArea(text: string): Area {
  const [, start = text, bits] = /^(.+)\/(\d+)$/.exec(text) ?? [];
  const name = parseServerName(start);
  if (name.kind === 'dns' && bits === undefined && !name.name.startsWith('*')) {
    return name;
  }
  if (name.kind === 'dns' || Number(bits) > name.bytes.length * 8) {
    throw new GafferError('bad_usage', `expected a domain like "example.org" or a network like "10.0.0.0/8", got "${text}"`);
  }
  return networkOf(name, bits === undefined ? name.bytes.length * 8 : Number(bits));
}

/** The area that a name is alone in; that of `*.example.org` is `example.org`. */
export function areaOf(name: ServerName): Area {
  return name.kind === 'dns' ? { kind: 'dns', name: name.name.replace(/^\*\./, '') } : networkOf(name, name.bytes.length * 8);
}

/** Whether a name is within an area. */
export function isWithinArea(name: ServerName, area: Area): boolean {
  if (name.kind === 'dns' || area.kind === 'dns') {
    const { name: host } = name;
    return name.kind === area.kind && (host === area.name || host.endsWith(`.${area.name}`));
  }
  return name.bytes.length === area.bytes.length && masked(name.bytes, area.mask).equals(masked(area.bytes, area.mask));
}

/** Reads a network as certificates have it: its first address, and its mask. */
export function areaFromBytes(content: Buffer): Area {
  const bytes = content.subarray(0, content.length / 2);
  const mask = content.subarray(content.length / 2);
  const bits = Array.from(mask, (byte) => byte.toString(2).replaceAll('0', '').length).reduce((sum, count) => sum + count, 0);
  return networkOf({ name: addressText(bytes), bytes }, bits);
}

function addressText(bytes: Buffer): string {
  return bytes.length === 4 ? bytes.join('.') : new URL(`http://[${bytes.toString('hex').replaceAll(/....(?!$)/g, '$&:')}]`).hostname.slice(1, -1);
}

function networkOf({ name, bytes }: { readonly name: string; readonly bytes: Buffer }, bits: number): Area {
  const mask = Buffer.from(bytes.map((_, at) => 0xff & (0xff00 >> Math.min(8, Math.max(0, bits - at * 8)))));
  return { kind: 'ip', name: bits === bytes.length * 8 ? name : `${name}/${bits}`, bytes: masked(bytes, mask), mask };
}

function masked(bytes: Buffer, mask: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, at) => byte & (mask[at] ?? 0)));
}

function ipv4Bytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function ipv6Bytes(address: string): Buffer {
  const plain = address.replace(/[^:]*\.[^:]*$/, (end) => ipv4Bytes(end).toString('hex').replace(/^..../, '$&:'));
  const [before = '', after] = plain.split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(before), groups(after ?? '')];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => '0'), ...last];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
