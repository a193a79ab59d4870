import { dayOf } from './day.ts';

/** Between which moments a certificate holds, as its texts say. */
export interface ValidityTexts {
  readonly validFrom: string;
  readonly validTo: string;
}

/** Whether a certificate holds now. */
export type Validity =
  | { readonly kind: 'holds' }
  | { readonly kind: 'ends-soon'; readonly until: Date; readonly days: number }
  | { readonly kind: 'expired'; readonly since: Date }
  | { readonly kind: 'not-yet'; readonly from: Date };

const DAY_MS = 86_400_000;

/** How long before its end a certificate is spoken of. */
const SOON_DAYS = 30;

/** Decides whether a certificate holds at a moment, and whether it ends soon. */
export function judgeValidity({ validFrom, validTo }: ValidityTexts, nowMs: number): Validity {
  const [from, until] = [new Date(validFrom), new Date(validTo)];
  if (nowMs < from.getTime()) {
    return { kind: 'not-yet', from };
  }
  if (nowMs > until.getTime()) {
    return { kind: 'expired', since: until };
  }
  const days = Math.floor((until.getTime() - nowMs) / DAY_MS);
  return days < SOON_DAYS ? { kind: 'ends-soon', until, days } : { kind: 'holds' };
}

/** What is wrong about it as the rest of a sentence about the certificate; undefined when all is well. */
export function validityTrouble(validity: Validity): string | undefined {
  switch (validity.kind) {
    case 'holds':
      return undefined;
    case 'not-yet':
      return `does not hold before ${dayOf(validity.from)}`;
    case 'expired':
      return `has expired on ${dayOf(validity.since)}`;
    case 'ends-soon':
      return `expires on ${dayOf(validity.until)}, ${validity.days === 0 ? 'within a day' : `in ${validity.days} ${validity.days === 1 ? 'day' : 'days'}`}`;
  }
}
