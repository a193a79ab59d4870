import { GafferError } from '../../errors.ts';

/** A user's name and password, as somebody sends them. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** Reads an `Authorization: Basic` header; the first colon ends the name. @throws GafferError `unauthorized` for anything else */
export function basicCredentials(authorization: string | undefined): Credentials {
  const [, encoded] = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '') ?? [];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw new GafferError('unauthorized', 'expected a username and a password (Authorization: Basic)');
  }
  return { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
