import { fileURLToPath } from 'node:url';

/** gaffer_lookupd, as admins start it. */
export const GAFFER_LOOKUPD = fileURLToPath(new URL('../../bin/gaffer_lookupd.js', import.meta.url));
