import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Lets go at the end of terminals that have hung up by then: Node sets its terminals back to how it found them, and
 * aborts when that fails.
 */
export function letGoOfLostTerminals(): void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.once('exit', () => {
    for (const descriptor of terminals) {
      if (!isatty(descriptor)) {
        closeSync(descriptor);
      }
    }
  });
}
