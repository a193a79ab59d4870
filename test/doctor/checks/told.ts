import type { Diagnosis } from '../../../src/doctor/diagnosis.ts';

/** What was found, in short: `problem open-to-all`. */
export function told(diagnoses: readonly Diagnosis[]): readonly string[] {
  return diagnoses.map(({ level, id }) => `${level} ${id}`);
}
