import { joinWords } from '../../job/words.ts';
import type { Weakness } from './weakness.ts';

const STICKY = 0o1000;

/** What takes from strangers what they can do, a command where one does it. @param uid whose the file has to be */
export function mendingOf({ at, who, deed }: Weakness, uid: number): string {
  const owner = uid === 0 ? 'root' : String(uid);
  if (deed !== 'write' && ((at.mode & STICKY) !== 0 || who.kind === 'owner')) {
    return `keep it in a folder that only ${uid === 0 ? 'root' : 'this user'} can write into`;
  }
  switch (who.kind) {
    case 'everybody':
      return joinWords(['chmod', 'go-w', at.path]);
    case 'group':
      return joinWords(['chmod', 'g-w', at.path]);
    case 'owner':
      return joinWords(['chown', owner, at.path]);
  }
}
