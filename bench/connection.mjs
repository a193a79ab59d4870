// One kept HTTP connection, as thin as it can be: who asks must cost less than who answers.
import { connect } from 'node:net';

const endOfHead = '\r\n\r\n';

/**
 * @typedef {{ host: string, port: number } | { path: string }} Place where a server listens
 * @typedef {{ status: number, length: number, body: Buffer }} Answer
 */

/**
 * @param {string} method
 * @param {string} path
 * @param {string} [body]
 */
export function httpRequest(method, path, body = '') {
  const head = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: keep-alive'];
  if (body !== '') head.push('Content-Type: text/xml', `Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${head.join('\r\n')}${endOfHead}${body}`);
}

export class Connection {
  /** @param {Place} place */
  constructor(place) {
    this.socket = connect({ ...place, noDelay: true });
    /** @type {Buffer[]} */
    this.chunks = [];
    this.received = 0;
    this.expected = Number.NaN;
    this.headLength = 0;
    /** @type {{ resolve: (answer: Answer) => void, reject: (error: Error) => void } | undefined} */
    this.waiting = undefined;
    this.socket.on('data', (chunk) => this.#take(chunk));
    this.socket.on('error', (error) => this.#fail(error));
    this.socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /**
   * One at a time.
   * @param {Buffer} request
   * @returns {Promise<Answer>}
   */
  ask(request) {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close() {
    this.socket.destroy();
  }

  /** @param {Buffer} chunk */
  #take(chunk) {
    this.chunks.push(chunk);
    this.received += chunk.length;
    if (Number.isNaN(this.expected)) this.#readHead();
    if (this.received < this.expected || Number.isNaN(this.expected)) return;
    const bytes = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    const answer = { status: Number(bytes.toString('latin1', 9, 12)), length: bytes.length, body: bytes.subarray(this.headLength) };
    const { waiting } = this;
    this.chunks = [];
    this.received = 0;
    this.expected = Number.NaN;
    this.waiting = undefined;
    waiting?.resolve(answer);
  }

  #readHead() {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    const end = this.chunks[0].indexOf(endOfHead);
    if (end < 0) return;
    const head = this.chunks[0].toString('latin1', 0, end);
    this.headLength = end + endOfHead.length;
    this.expected = this.headLength + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  }

  /** @param {Error} error */
  #fail(error) {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}
