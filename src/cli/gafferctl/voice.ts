import { GAFFER_ADVICE } from '../../client/advice.ts';
import type { Voice } from '../voice.ts';

/** The voice of `gafferctl`. */
export const GAFFERCTL_VOICE: Voice = {
  name: 'gafferctl',
  lists: 'gafferctl jobs',
  loads: 'gafferctl load_process',
  starts: 'gafferctl start',
  advice: { ...GAFFER_ADVICE, program: 'gafferctl', option: '--connect', away: 'start gafferd', keySource: 'gafferctl login gets one' },
  otherApp: '',
};
