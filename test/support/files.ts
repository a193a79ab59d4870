import { existsSync, readdirSync } from 'node:fs';

/** The files and folders in a folder and below it, by their path in it; while others make and delete some. None where it is not there. */
export function filesBelow(folder: string): string[] {
  for (;;) {
    try {
      return readdirSync(folder, { recursive: true, encoding: 'utf8' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw error;
      }
      if (!existsSync(folder)) {
        return [];
      }
    }
  }
}
