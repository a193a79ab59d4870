/** Something in DER, the binary form of certificates: its type, its length, what is in it. */
export type Der = Buffer;

const CONSTRUCTED = 0x20;

const CONTEXT = 0x80;

function thing(type: number, content: Buffer): Der {
  const { length } = content;
  if (length < 0x80) {
    return Buffer.concat([Buffer.of(type, length), content]);
  }
  const bytes = unsigned(BigInt(length));
  return Buffer.concat([Buffer.of(type, 0x80 | bytes.length), bytes, content]);
}

function unsigned(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

/** Things in their order. */
export function sequence(...parts: readonly Der[]): Der {
  return thing(0x30, Buffer.concat(parts));
}

/** A set of a single thing. */
export function setOf(part: Der): Der {
  return thing(0x31, part);
}

/** A whole number from 0. */
export function integer(value: bigint): Der {
  const bytes = unsigned(value);
  return thing(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

/** Yes; no is left out wherever it may stand. */
export const TRUE: Der = thing(0x01, Buffer.of(0xff));

/** Bytes as they are. */
export function octets(content: Buffer): Der {
  return thing(0x04, content);
}

/** Whole bytes as a string of bits. */
export function bytesAsBits(content: Buffer): Der {
  return thing(0x03, Buffer.concat([Buffer.of(0), content]));
}

/** Numbered switches that are on; the first is 0, and of at most 8. */
export function switches(...numbers: readonly number[]): Der {
  const unused = 7 - Math.max(...numbers);
  return thing(
    0x03,
    Buffer.of(
      unused,
      numbers.reduce((bits, number) => bits | (0x80 >> number), 0),
    ),
  );
}

/** A name that is numbers: `2.5.29.17`. */
export function objectId(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) {
      groups.unshift((left & 0x7f) | 0x80);
    }
    return groups;
  });
  return thing(0x06, Buffer.from(bytes));
}

/** A text in UTF-8. */
export function text(value: string): Der {
  return thing(0x0c, Buffer.from(value, 'utf8'));
}

/** A moment, to the second; until 2049 with two digits for the year, as certificates have it. */
export function moment(date: Date): Der {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050 ? thing(0x17, Buffer.from(digits.slice(2))) : thing(0x18, Buffer.from(digits));
}

/** A thing whose type its place tells, by a number. @param isConstructed whether it consists of things */
export function tagged(number: number, content: Buffer, isConstructed = false): Der {
  return thing(CONTEXT | (isConstructed ? CONSTRUCTED : 0) | number, content);
}

/** A thing that was read: its type, and its content. */
export interface Thing {
  readonly type: number;
  readonly content: Buffer;
}

/** Reads things that stand one behind the other; what is no DER ends early. */
export function readThings(bytes: Buffer): readonly Thing[] {
  const things: Thing[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const [type = 0, first = 0] = bytes.subarray(at, at + 2);
    const more = first < 0x80 ? 0 : first & 0x7f;
    const length = more === 0 ? first : Number.parseInt(bytes.toString('hex', at + 2, at + 2 + more), 16);
    const begin = at + 2 + more;
    if (!(begin + length <= bytes.length)) {
      break;
    }
    things.push({ type, content: bytes.subarray(begin, begin + length) });
    at = begin + length;
  }
  return things;
}
