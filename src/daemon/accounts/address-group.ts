import { isIPv6 } from 'node:net';

/** Whom attempts from an address are counted for: whoever has one IPv6 address has all of its network (/64), an IPv4 address stands for itself in both of its forms. */
export function addressGroup(address: string): string {
  const [plain = ''] = address.split('%', 1);
  if (!isIPv6(plain)) {
    return plain;
  }
  const words = wordsOf(plain);
  const [high = 0, low = 0] = words.slice(6);
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  }
  return `${words
    .slice(0, 4)
    .map((word) => word.toString(16))
    .join(':')}::/64`;
}

/** The eight words of an IPv6 address. */
function wordsOf(address: string): readonly number[] {
  const [front = [], back = []] = address.split('::').map(partOf);
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}

/** The words of a part without `::`; the last two may be written as an IPv4 address. */
function partOf(text: string): readonly number[] {
  return text
    .split(':')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const [a = 0, b = 0, c = 0, d = 0] = word.split('.').map(Number);
      return word.includes('.') ? [a * 256 + b, c * 256 + d] : [Number.parseInt(word, 16)];
    });
}
