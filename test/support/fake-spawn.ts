import type { ProcessExit } from '../../src/job/exit.ts';
import type { Child, Spawn, SpawnRequest } from '../../src/supervisor/spawn.ts';

/** Above every pid that Linux gives to processes: signals to these numbers reach nobody. */
const FIRST_PID = 5_000_001;

/** A process that exists on paper only, and ends when the test says so. */
export class FakeChild implements Child {
  readonly request: SpawnRequest;
  readonly osPid: number;
  #listener: (exit: ProcessExit) => void = () => undefined;
  #hasEnded = false;

  constructor(request: SpawnRequest, osPid: number) {
    this.request = request;
    this.osPid = osPid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  pipe(): undefined {
    return undefined;
  }

  onExit(listener: (exit: ProcessExit) => void): void {
    this.#listener = listener;
  }

  exit(exit: ProcessExit = { kind: 'code', code: 1 }): void {
    this.#hasEnded = true;
    this.#listener(exit);
  }
}

/** Starts processes on paper. */
export class FakeSpawn {
  readonly children: FakeChild[] = [];

  readonly spawn: Spawn = (request) => {
    const child = new FakeChild(request, FIRST_PID + this.children.length);
    this.children.push(child);
    return child;
  };

  /** Those that were not told to end. */
  get running(): FakeChild[] {
    return this.children.filter((child) => !child.hasEnded);
  }
}
