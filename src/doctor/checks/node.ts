import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';
import type { SeenTls } from '../facts/probe.ts';
import { checkValidity } from './certificates.ts';

/** What a node that was asked is like. */
export type NodeFacts =
  | {
      readonly kind: 'lost';
      readonly place: string;
      /** Why, and what to do. */
      readonly reason: string;
      /** Whether it was there, but could not be trusted. */
      readonly isUntrusted: boolean;
      /** Whether somebody has named it. */
      readonly wasNamed: boolean;
    }
  | ({ readonly kind: 'found' } & FoundNode);

/** What a node has answered. */
export interface FoundNode {
  readonly place: string;
  /** Whether only this machine reaches it there. */
  readonly isLocal: boolean;
  /** A unix socket is reached by no page, and a certificate is not needed. */
  readonly isSocket: boolean;
  /** Undefined where it is no node of gaffer's. */
  readonly version: string | undefined;
  /** Of `GET /jobs` without a key. */
  readonly withoutKey: number;
  /** Of the same from a page of another origin, and under another name; undefined where that was not tried. */
  readonly otherOrigin: number | undefined;
  readonly otherHost: number | undefined;
  /** Of a WebSocket from a page of another origin. */
  readonly otherChannel: number | undefined;
  /** By how much its clock is ahead of this one; undefined where it does not tell. */
  readonly aheadMs: number | undefined;
  readonly tls: SeenTls | undefined;
  /** What the key that was shown may do; undefined without one. */
  readonly key: ShownKey | undefined;
}

/** A key that was shown to a node. */
export interface ShownKey {
  /** Whether it is kept in the user's configuration. */
  readonly isKept: boolean;
  readonly rights: 'unknown' | 'some' | 'all' | 'admin';
}

const say = diagnosesOf('node');

const CLOCK_MS = 60_000;

/** Judges a node from outside, as a client or an attacker sees it. */
export function checkNode(facts: NodeFacts, { version, nowMs }: { readonly version: string; readonly nowMs: number }): readonly Diagnosis[] {
  if (facts.kind === 'lost') {
    const { reason, isUntrusted, wasNamed, place } = facts;
    return [
      isUntrusted
        ? say.problem('node-untrusted', reason)
        : wasNamed
          ? say.problem('node', reason)
          : say.advice(
              'node',
              `no node answers at ${place}: what was looked at is this machine alone`,
              'start gafferd, or name a node with --endpoint',
            ),
    ];
  }
  if (facts.version === undefined) {
    return [say.problem('node', `${facts.place} answers, but it is no node of gaffer's`, 'name another one with --endpoint')];
  }
  return [
    ...checkVersion(facts, version),
    ...checkDoor(facts),
    ...checkBrowser(facts),
    ...checkWay(facts, nowMs),
    ...checkClock(facts),
    ...checkKey(facts),
  ];
}

function checkVersion({ place, version: its = '' }: FoundNode, version: string): readonly Diagnosis[] {
  return its === version
    ? [say.ok('node', `${place} answers, with gaffer ${its}`)]
    : [say.advice('node-version', `${place} answers with gaffer ${its}, this is ${version}`, 'bring both to the same version')];
}

function checkDoor({ place, withoutKey, isLocal }: FoundNode): readonly Diagnosis[] {
  if (withoutKey === 401) {
    return [say.ok('node-key', `${place} asks for a key`)];
  }
  if (withoutKey !== 200) {
    return [
      say.warning(
        'node-key',
        `${place} answers a request without a key with ${withoutKey}, where 401 or 200 was expected`,
        'look what is in front of the node',
      ),
    ];
  }
  return [
    isLocal
      ? say.ok('node-key', `${place} asks for no key, for it was reached as this machine alone reaches it`)
      : say.problem(
          'node-open',
          `${place} asks for no key: whoever reaches it can run anything there`,
          'gafferd --create-admin-user, then gafferd --require-key',
        ),
  ];
}

/** Where a key is asked for a page has none to give away. */
function checkBrowser({ place, withoutKey, otherOrigin, otherHost, otherChannel }: FoundNode): readonly Diagnosis[] {
  if (withoutKey === 401 || [otherOrigin, otherHost, otherChannel].every((status) => status === undefined)) {
    return [];
  }
  const told = [
    ...(otherOrigin === 200 || otherChannel === 101
      ? [
          say.problem(
            'other-origin',
            `every web page can drive ${place} from the browser of somebody here`,
            'name pages in allowed_origins instead of *, or gafferd --require-key',
          ),
        ]
      : []),
    ...(otherHost === 200
      ? [
          say.problem(
            'other-host',
            `${place} answers under any name: a web page can have its own lead there (DNS rebinding)`,
            'let no proxy change the Host, or gafferd --require-key',
          ),
        ]
      : []),
  ];
  return told.length > 0 ? told : [say.ok('browser', `${place} refuses web pages of other origins, and names that are not its own`)];
}

/** What is between here and the node. */
function checkWay({ place, tls, isLocal, isSocket, withoutKey }: FoundNode, nowMs: number): readonly Diagnosis[] {
  if (tls === undefined) {
    return isLocal || isSocket || withoutKey !== 401
      ? []
      : [say.warning('node-in-clear', `keys go to ${place} as everybody on the way can read them`, 'serve it with TLS (gaffer certs create)')];
  }
  const isOld = !['TLSv1.2', 'TLSv1.3'].includes(tls.protocol);
  return [
    isOld
      ? say.problem('node-tls', `${place} speaks ${tls.protocol}, which is broken`, 'set min_version = TLSv1.2 there')
      : say.ok('node-tls', `${place} speaks ${tls.protocol}, and its certificate is trusted here`),
    ...(tls.certificate === undefined ? [] : checkValidity(`of ${place}`, tls.certificate, nowMs)),
  ];
}

function checkClock({ place, aheadMs }: FoundNode): readonly Diagnosis[] {
  if (aheadMs === undefined || Math.abs(aheadMs) <= CLOCK_MS) {
    return [];
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return [
    say.warning(
      'clock',
      `the clock of ${place} is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the one here: certificates and logs go by it`,
      'set both by NTP',
    ),
  ];
}

function checkKey({ place, key, withoutKey }: FoundNode): readonly Diagnosis[] {
  if (key === undefined) {
    return [];
  }
  if (withoutKey === 200) {
    return key.isKept ? [say.advice('key-unused', `a key is kept for ${place}, which asks for none`, 'gaffer logout')] : [];
  }
  switch (key.rights) {
    case 'unknown':
      return [say.problem('key-unknown', `${place} does not know the key that it was shown`, 'gaffer login')];
    case 'admin':
      return [
        key.isKept
          ? say.advice(
              'key-admin',
              `the key that is kept for ${place} can do everything there`,
              'gaffer key:create one for what you do every day, and keep that',
            )
          : say.ok('key', `the key can do everything at ${place}`),
      ];
    case 'all':
      return [say.ok('key', `the key manages every job of ${place}`)];
    case 'some':
      return [say.ok('key', `${place} knows the key, which can do part of everything there`)];
  }
}
