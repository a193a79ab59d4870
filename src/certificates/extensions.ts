import { createHash, type KeyObject } from 'node:crypto';
import { type Der, integer, objectId, octets, readThings, sequence, switches, type Thing, TRUE, tagged } from './der.ts';
import { type Area, areaFromBytes, type ServerName } from './server-name.ts';

const CRITICAL = true;

function extension(id: string, content: Der, isCritical = false): Der {
  return sequence(objectId(id), ...(isCritical ? [TRUE] : []), octets(content));
}

/** Says that an authority signs certificates, and no further authorities. */
export function isAuthority(): readonly Der[] {
  const [certificates, revocations] = [5, 6];
  return [extension('2.5.29.19', sequence(TRUE, integer(0n)), CRITICAL), extension('2.5.29.15', switches(certificates, revocations), CRITICAL)];
}

/** Says that a key only proves who one is, as TLS has it. */
export function isNoAuthority(): readonly Der[] {
  const signatures = 0;
  return [extension('2.5.29.19', sequence(), CRITICAL), extension('2.5.29.15', switches(signatures), CRITICAL)];
}

const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** Says what a certificate may be shown for; an authority, what it may sign for. */
export function purposes(...all: readonly (keyof typeof PURPOSES)[]): Der {
  return extension('2.5.29.37', sequence(...all.map((purpose) => objectId(PURPOSES[purpose]))));
}

/** Says what a server is called. */
export function alternativeNames(names: readonly ServerName[]): Der {
  return extension('2.5.29.17', sequence(...names.map((one) => (one.kind === 'dns' ? hostName(one.name) : tagged(7, one.bytes)))));
}

/** Says what an authority may sign for, and nothing else of these kinds. */
export function nameConstraints(areas: readonly Area[]): Der {
  const trees = areas.map((area) => sequence(area.kind === 'dns' ? hostName(area.name) : tagged(7, Buffer.concat([area.bytes, area.mask]))));
  return extension('2.5.29.30', sequence(tagged(0, Buffer.concat(trees), true)), CRITICAL);
}

/** Reads what {@link nameConstraints} has said in a certificate; nothing where it is not there. */
export function readNameConstraints(certificate: Buffer): readonly Area[] {
  const id = objectId('2.5.29.30');
  const at = certificate.indexOf(id);
  const [, constraints] = at === -1 ? [] : readThings(certificate.subarray(at + id.length));
  const inside = (thing: Thing | undefined): readonly Thing[] => (thing === undefined ? [] : readThings(thing.content));
  const [permitted] = inside(inside(constraints)[0]);
  return inside(permitted).flatMap((tree) => inside(tree).flatMap(({ type, content }) => readArea(type, content)));
}

function readArea(type: number, content: Buffer): readonly Area[] {
  return type === 0x82 ? [{ kind: 'dns', name: content.toString('latin1') }] : type === 0x87 ? [areaFromBytes(content)] : [];
}

function hostName(name: string): Der {
  return tagged(2, Buffer.from(name, 'latin1'));
}

/** Names a certificate's key, and that of its issuer, so that one is found by the other. */
export function keyIdentifiers(key: KeyObject, issuer: KeyObject | undefined): readonly Der[] {
  const own = extension('2.5.29.14', octets(identifierOf(key)));
  return issuer === undefined ? [own] : [own, extension('2.5.29.35', sequence(tagged(0, identifierOf(issuer))))];
}

function identifierOf(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}
