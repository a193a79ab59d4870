import { type ErrorCode, GafferError } from '../errors.ts';

/** What a keeper could not write, and why. */
export interface WriteProblem {
  readonly code: ErrorCode;
  readonly message: string;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: GafferError) => void;
}

/** Those who have written something, and wait to be told what has become of it. */
export class WriteAnswers {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  /** Why no answers will come any more. */
  #end: string | undefined;

  /** Resolves when the answer is there. @param ask is told under which number it comes */
  expect(ask: (answer: number) => void): Promise<void> {
    if (this.#end !== undefined) {
      return Promise.reject(new GafferError('write_failed', `it can not be written: ${this.#end}`));
    }
    this.#last += 1;
    const answer = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(answer, { resolve, reject });
      ask(answer);
    });
  }

  /** An answer has come. */
  answered(answer: number, problem: WriteProblem | undefined): void {
    const waiting = this.#waiting.get(answer);
    this.#waiting.delete(answer);
    if (problem === undefined) {
      waiting?.resolve();
    } else {
      waiting?.reject(new GafferError(problem.code, problem.message));
    }
  }

  /** No answers will come. */
  fail(why: string): void {
    this.#end = why;
    for (const { reject } of this.#waiting.values()) {
      reject(new GafferError('write_failed', `it is not known whether it was written: ${why}`));
    }
    this.#waiting.clear();
  }
}
