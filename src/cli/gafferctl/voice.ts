import type { Voice } from '../voice.ts';

/** The voice of `gafferctl`. */
export const GAFFERCTL_VOICE: Voice = {
  name: 'gafferctl',
  lists: 'gafferctl jobs',
  loads: 'gafferctl load_process',
  starts: 'gafferctl start',
  advice: { program: 'gafferctl', option: '--connect', away: 'start gafferd' },
  otherApp: '',
};
