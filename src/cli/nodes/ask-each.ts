import { type ErrorCode, GafferError } from '../../errors.ts';
import { complain } from '../complain.ts';
import { isLoss } from '../lasting.ts';
import type { LocatedNode } from './located-node.ts';

/** What a node has answered. */
export interface Answered<T> {
  readonly node: LocatedNode;
  readonly answer: T;
}

/** What several nodes were asked for. */
export interface Answers<T> {
  readonly answers: readonly Answered<T>[];
  /** Why others have not answered. */
  readonly failures: readonly Answered<GafferError>[];
}

/** Asks all nodes at once. */
export async function askEach<T>(nodes: readonly LocatedNode[], question: (node: LocatedNode) => Promise<T>): Promise<Answers<T>> {
  const outcomes = await Promise.all(nodes.map(async (node) => await outcomeOf(node, question)));
  return {
    answers: outcomes.filter((outcome): outcome is Answered<T> => !('isFailure' in outcome)),
    failures: outcomes.filter((outcome) => 'isFailure' in outcome),
  };
}

interface Failed extends Answered<GafferError> {
  readonly isFailure: true;
}

async function outcomeOf<T>(node: LocatedNode, question: (node: LocatedNode) => Promise<T>): Promise<Answered<T> | Failed> {
  try {
    return { node, answer: await question(node) };
  } catch (error) {
    if (error instanceof GafferError) {
      return { node, answer: error, isFailure: true };
    }
    throw error;
  }
}

/** Failures apart from those that only say that a node does not have what was asked for: lookupd servers learn of changes a little later. */
export function withoutMissing(failures: readonly Answered<GafferError>[]): readonly Answered<GafferError>[] {
  return failures.filter(({ answer }) => !MISSING.includes(answer.code));
}

const MISSING: readonly ErrorCode[] = ['session_not_found', 'job_not_found', 'process_not_found'];

/** Says of each node why it was not to be asked; tells whether there was nothing to say. */
export function complainOf(failures: readonly Answered<GafferError>[]): boolean {
  for (const failure of failures) {
    complain(troubleText(failure));
  }
  return failures.length === 0;
}

/** Why a node was not to be asked, in one line. */
export function troubleText({ node, answer }: Answered<GafferError>): string {
  const { code, message } = answer;
  return code === 'tls_failed' || isLoss(answer) ? `${node.label} is out of reach: ${message}` : `${node.label}: ${message}`;
}
