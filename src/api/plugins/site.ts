import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GafferError } from '../../errors.ts';

/** A file of a plugin's site that is asked for. */
export interface SiteQuestion {
  /** The plugin's. */
  readonly name: string;
  /** The folder of its files. */
  readonly folder: string;
  /** What stands behind the plugin's name in the path, as it was sent. */
  readonly path: string;
}

/**
 * Answers with a file: `index.html` for a folder, 304 for what the reader has, parts of it where they are asked for. Files whose
 * names begin with a dot are not there, nor is what a link leads out of the folder to.
 */
export async function sendSiteFile({ name, folder, path }: SiteQuestion, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { default: send } = await import('@fastify/send'); // most nodes have no site
  const nothing = new GafferError('plugin_not_found', `there is no file ${path} in the site of the plugin "${name}"`);
  const own = await realpath(folder).catch(() => {
    throw nothing;
  });
  if (!(await isServed(own, path))) {
    throw nothing;
  }
  const result = await send(request.raw, path, { root: own, dotfiles: 'ignore', index: 'index.html', maxAge: 0 });
  const close = (stream: Readable): unknown => stream.destroy();
  if (result.type === 'directory') {
    close(result.stream);
    return await reply
      .code(301)
      .header('location', `${pathOf(request.url)}/`)
      .send();
  }
  if (result.type === 'error') {
    close(result.stream);
    if (result.statusCode === 404 || result.statusCode === 403) {
      throw nothing;
    }
    throw Object.assign(new Error(result.metadata.error.message), { statusCode: result.statusCode });
  }
  return await reply
    .code(result.statusCode)
    .headers({ ...result.headers, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
    .send(result.stream);
}

/** Whether there is a file or a folder in the site. What else there may be is not even opened: a pipe would hold gafferd's reading of files up. */
async function isServed(own: string, path: string): Promise<boolean> {
  try {
    const real = await realpath(join(own, decodeURIComponent(path)));
    const found = real === own || real.startsWith(own + sep) ? await stat(real) : undefined;
    if (found?.isDirectory() === true) {
      const index = join(real, 'index.html');
      return !path.endsWith('/') || ((await realpath(index)).startsWith(own + sep) && (await stat(index)).isFile());
    }
    return found?.isFile() === true;
  } catch {
    return false; // nothing is there, or no path of a file
  }
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? url;
}
