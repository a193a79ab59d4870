import { GafferError } from '../../errors.ts';

/** The failure of a command that gafferctl does not have, as 0.4 said it. @param hint what was probably meant */
export function unknownCommand(command: string, hint: string): GafferError {
  return new GafferError('command_not_found', `Unknown command '${command}'${hint} (gafferctl help lists them)`);
}
