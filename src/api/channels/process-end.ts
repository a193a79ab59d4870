import type { GafferNode, ProcessStream, Unsubscribe } from '../../job/node.ts';

/** How long an output that others hold open has to be quiet after the process's end. */
const QUIET_MS = 200;

/** What is waited for. */
export interface AwaitedEnd {
  readonly pid: number;
  /** What has to be read to its end first. */
  readonly output: ProcessStream | undefined;
  /** There is nothing but the output: its end is the end. */
  readonly isOutputAll: boolean;
  /** Whether what was read is still being passed on. */
  readonly isBusy: () => boolean;
}

/** Calls back once when a process has ended and its output was read. */
export function onProcessEnd(node: GafferNode, { pid, output, isOutputAll, isBusy }: AwaitedEnd, onEnd: () => void): Unsubscribe {
  const ends: Unsubscribe[] = [];
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    for (const end of ends.splice(0)) {
      end();
    }
  };
  const keep = (end: Unsubscribe): void => {
    if (isOver) {
      end(); // what has ended already says so at once
    } else {
      ends.push(end);
    }
  };
  const ended = (): void => {
    stop();
    onEnd();
  };
  const waitForQuiet = (stream: ProcessStream): void => {
    let hadData = true;
    keep(
      stream.onData(() => {
        hadData = true;
      }),
    );
    const timer = setInterval(() => {
      if (!hadData && !isBusy() && stream.isHeld !== true) {
        ended();
      }
      hadData = false;
    }, QUIET_MS);
    keep(() => clearInterval(timer));
  };
  keep(
    node.onEvent((event) => {
      if (event.type === 'exit' && event.process.pid === pid) {
        if (output === undefined) {
          ended();
        } else {
          waitForQuiet(output);
          keep(output.onEnd(ended));
        }
      }
    }),
  );
  if (output !== undefined && isOutputAll) {
    keep(output.onEnd(ended));
  }
  return stop;
}
