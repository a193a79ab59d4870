/** How much something matters: a problem lets others in or keeps gaffer from working, a warning may, advice is good to know. */
export const LEVELS = ['problem', 'warning', 'advice', 'ok'] as const;

export type Level = (typeof LEVELS)[number];

/** What was looked at. */
export type Area = 'gaffer' | 'config' | 'access' | 'tls' | 'files' | 'jobs' | 'user' | 'node';

/** What was found when something was looked at. */
export interface Diagnosis {
  readonly level: Level;
  readonly area: Area;
  /** Names what was looked at; stable, meant for programs. */
  readonly id: string;
  /** What is. */
  readonly message: string;
  /** What to do: a command, or a few words. */
  readonly remedy?: string;
}

type Say = (id: string, message: string, remedy?: string) => Diagnosis;

/** Makes diagnoses of one area. */
export function diagnosesOf(area: Area): Readonly<Record<Level, Say>> {
  const say =
    (level: Level): Say =>
    (id, message, remedy) => ({ level, area, id, message, ...(remedy !== undefined && { remedy }) });
  return { problem: say('problem'), warning: say('warning'), advice: say('advice'), ok: say('ok') };
}

/** Whether nothing has to be changed. */
export function isHealthy(diagnoses: readonly Diagnosis[]): boolean {
  return diagnoses.every(({ level }) => level === 'advice' || level === 'ok');
}

/** What matters most first; else in the order in which it was found. */
export function inOrder(diagnoses: readonly Diagnosis[]): readonly Diagnosis[] {
  return LEVELS.flatMap((level) => diagnoses.filter((one) => one.level === level));
}
