/** The signals that end gafferd. */
const NAMES = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/** A signal again within this time is the same one, sent on by a parent. */
const ECHO_MS = 50;

/**
 * Waits for the signal that ends gafferd. None of them ends the process by itself any more.
 * @param onAgain is told of each further one
 */
export function firstStopSignal(onAgain: (name: NodeJS.Signals) => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstMs: number | undefined;
    for (const name of NAMES) {
      process.on(name, () => {
        if (firstMs === undefined) {
          firstMs = performance.now();
          resolve(name);
        } else if (performance.now() - firstMs > ECHO_MS) {
          onAgain(name);
        }
      });
    }
  });
}
