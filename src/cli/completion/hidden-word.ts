/** The first word by which a shell asks a program how a line can go on. */
export const COMPLETE = '__complete';
