import { readNode } from './lookup-answer.ts';
import type { LookupEvent } from './lookup-event.ts';

/** Reads what a lookupd tells of a change; undefined for what is none. */
export function readLookupEvent(text: string): LookupEvent | undefined {
  const value = objectIn(text);
  const { event, job_name: job, pid } = value ?? {};
  switch (event) {
    case 'add_node':
    case 'identify':
    case 'remove_node': {
      const node = readNode(value);
      return node && { event, ...node };
    }
    case 'add_job':
    case 'remove_job': {
      const node = readNode(value?.['node']);
      return node !== undefined && typeof job === 'string' ? { event, node, job_name: job } : undefined;
    }
    case 'add_process':
    case 'remove_process': {
      const node = readNode(value?.['node']);
      const isWhole = typeof job === 'string' && typeof pid === 'number' && Number.isSafeInteger(pid);
      return node !== undefined && isWhole ? { event, node, job_name: job, pid } : undefined;
    }
    default:
      return undefined;
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
