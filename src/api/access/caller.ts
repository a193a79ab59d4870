import type { Holder } from '../../access/accounts.ts';
import { expectAllowed, mayHolder } from '../../access/holder.ts';
import type { Need } from '../../access/permissions.ts';

/** Who asks: the holder of a key, or anybody where no key is asked for. */
export class Caller {
  readonly holder: Holder | undefined;

  /** @param holder without one everything is allowed */
  constructor(holder: Holder | undefined) {
    this.holder = holder;
  }

  /** Undefined where no key is asked for. */
  get keyId(): string | undefined {
    return this.holder?.keyId;
  }

  may(need: Need): boolean {
    return this.holder === undefined || mayHolder(this.holder, need);
  }

  /** @throws GafferError `forbidden` */
  expect(need: Need): void {
    if (this.holder !== undefined) {
      expectAllowed(this.holder, need);
    }
  }
}

/** Whoever asks where no key is asked for. */
export const ANYBODY = new Caller(undefined);
