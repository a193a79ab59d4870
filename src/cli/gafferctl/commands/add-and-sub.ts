import { scaleCommand } from '../scale-by.ts';

/** `gafferctl add`. */
export const Add = scaleCommand({
  op: '+',
  summary: 'Start more processes of a job',
  description: 'Prints how many are wanted now. Of a job that does not run only the number changes.',
  examples: ['add dummy 2', 'add shop:web 1 --json'],
});

/** `gafferctl sub`. */
export const Sub = scaleCommand({
  op: '-',
  summary: 'Stop some processes of a job',
  description: 'Prints how many are wanted now, never fewer than none. The oldest are stopped first.',
  examples: ['sub dummy 1'],
});
