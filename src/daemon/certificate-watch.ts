import { readCertificates } from '../certificates/read-certificates.ts';
import { judgeValidity, validityTrouble } from '../certificates/validity.ts';
import type { Endpoint } from './config/endpoints.ts';
import { readText } from './config/input-file.ts';

const DAY_MS = 86_400_000;

/** Tells of certificates that have run out, or will soon: at once, when they are read anew, and every day. */
export class CertificateWatch {
  readonly #warn: (message: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Looks at the certificates of these from now on. */
  watch(endpoints: readonly Endpoint[]): void {
    this.close();
    const files = [...new Set(endpoints.flatMap(({ tls }) => [tls?.certfile, tls?.cacert]))].filter((file) => file !== undefined);
    const look = (): void => {
      for (const trouble of files.flatMap((file) => troublesIn(file, Date.now()))) {
        this.#warn(trouble);
      }
    };
    look();
    this.#timer = files.length === 0 ? undefined : setInterval(look, DAY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** What there is to say about the certificates in a file; one that can't be read was complained of when it was named. */
function troublesIn(file: string, nowMs: number): readonly string[] {
  try {
    const troubles = readCertificates(readText(file)).flatMap((one) => validityTrouble(judgeValidity(one, nowMs)) ?? []);
    return troubles.map((trouble) => `the certificate ${file} ${trouble}: make a new one, then SIGHUP`);
  } catch {
    return [];
  }
}
