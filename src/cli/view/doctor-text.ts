import { type Diagnosis, inOrder, isHealthy, type Level } from '../../doctor/diagnosis.ts';

/** Marks what matters; text passes through unchanged where there are no colours. */
export interface DoctorPaint {
  level(level: Level, text: string): string;
  title(text: string): string;
  remedy(text: string): string;
}

/** What there are several of, in words. */
const TITLES: Readonly<Record<Level, string>> = { problem: 'to change', warning: 'to change', advice: 'advice', ok: 'in order' };

/** Diagnoses for people: a line each, what has to be changed first. */
export function doctorText(diagnoses: readonly Diagnosis[], paint: DoctorPaint): string {
  const sorted = inOrder(diagnoses);
  const titles = [...new Set(sorted.map(({ level }) => TITLES[level]))];
  const paragraphs = titles.map((title) => {
    const lines = sorted.filter(({ level }) => TITLES[level] === title).map((one) => lineOf(one, paint));
    return [paint.title(`${title}:`), ...lines].join('\n');
  });
  return [...paragraphs, summaryOf(diagnoses)].join('\n\n');
}

function lineOf({ level, area, message, remedy }: Diagnosis, paint: DoctorPaint): string {
  return `  ${paint.level(level, level.padEnd(7))}  ${area.padEnd(6)}  ${oneLine(message)}${remedy === undefined ? '' : ` -> ${paint.remedy(oneLine(remedy))}`}`;
}

/** What a path or a node's answer may have in it must not move a terminal's cursor. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function summaryOf(diagnoses: readonly Diagnosis[]): string {
  const count = (level: Level): number => diagnoses.filter((one) => one.level === level).length;
  const parts = [
    [count('problem'), 'problem'],
    [count('warning'), 'warning'],
  ] as const;
  return isHealthy(diagnoses)
    ? 'nothing has to be changed'
    : parts
        .filter(([number]) => number > 0)
        .map(([number, word]) => `${number} ${word}${number === 1 ? '' : 's'}`)
        .join(', ');
}

/** The same for programs: an object in one line. */
export function doctorJson(diagnoses: readonly Diagnosis[]): string {
  return JSON.stringify({ ok: isHealthy(diagnoses), findings: inOrder(diagnoses) });
}
