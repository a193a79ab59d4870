import type { GafferEvent } from '../job/event.ts';
import { wantsColor } from '../output/color.ts';
import { Display, type DisplaySource } from '../output/display.ts';
import { eventText } from '../output/event-text.ts';
import { LineMemory } from '../output/line-memory.ts';
import { type DescriptorStream, sinkFor } from '../output/sink.ts';

/** Events that `-v` shows. */
const STARTS_AND_ENDS: readonly string[] = ['start', 'stop', 'spawn', 'reap', 'exit', 'flap', 'give_up', 'port_taken'];

/**
 * Shows on stdout what happens (`-v`: starts and ends, `-vv`: every event and what processes write).
 * @returns brings out what is left
 */
export function showOnConsole(source: DisplaySource, verbosity: 1 | 2, stdout: DescriptorStream, env: NodeJS.ProcessEnv): () => Promise<void> {
  const display = new Display(
    {
      timestamp: 'clock',
      color: wantsColor({ flag: undefined, env, isTerminal: stdout.isTTY }),
      align: true,
      raw: false,
      quietEvents: false,
      fullNames: true,
      describe: (event) => (verbosity === 2 || STARTS_AND_ENDS.includes(event.type) ? describe(event) : undefined),
    },
    {
      memory: new LineMemory(),
      sink: sinkFor(stdout, { onNoSpace: () => undefined, isPatient: () => false }),
      isTerminal: stdout.isTTY,
      warn: () => undefined,
      onBroken: () => undefined,
    },
  );
  display.attach(source, { output: verbosity === 2 });
  return async () => await display.finish();
}

function describe(event: GafferEvent): string {
  const process = 'process' in event ? event.process : undefined;
  return eventText(event) ?? (process === undefined ? `${event.type} ${event.name}` : `${event.type} process with pid ${process.osPid}`);
}
