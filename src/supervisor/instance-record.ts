import { type InstanceState, JUST_STARTED } from './instance-note.ts';
import type { Keeping } from './keeping.ts';

/** What has become of a process, as a successor of the supervisor is told with each change. */
export class InstanceRecord {
  readonly #pid: number;
  readonly #keeping: Keeping;
  #state: InstanceState;
  #phase: 'new' | 'known' | 'forgotten' = 'new';

  /** @param state as a predecessor has told it */
  constructor(pid: number, keeping: Keeping, state: InstanceState = JUST_STARTED) {
    this.#pid = pid;
    this.#keeping = keeping;
    this.#state = state;
  }

  /** It was started: from now on there is something to know. */
  begin(): void {
    this.#phase = 'known';
  }

  /** Its start was told. */
  get wasTold(): boolean {
    return this.#state.wasTold;
  }

  /** Its end was told. */
  get hasExited(): boolean {
    return this.#state.hasExited;
  }

  /** What becomes of its slot, once somebody has asked it to end. */
  get fate(): InstanceState['fate'] {
    return this.#state.fate;
  }

  /** When it is killed, once it was sent the signal that asks it to end. */
  get killAtMs(): number | undefined {
    return this.#state.killAtMs;
  }

  change(change: Partial<InstanceState>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#phase === 'known') {
      this.#keeping.process(this.#pid, this.#state);
    }
  }

  /** Says what is to become of its slot; `leaving` once said is not taken back. */
  intend(fate: 'replaced' | 'leaving'): void {
    this.change({ fate: this.fate === 'leaving' ? 'leaving' : fate });
  }

  /** It is gone, and nobody asks for it any more. */
  forget(): void {
    if (this.#phase === 'known') {
      this.#phase = 'forgotten';
      this.#keeping.forget(this.#pid);
    }
  }
}
