import { dirname, join, resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { currentFolder } from '../../current-folder.ts';
import { parseCount } from '../../numbers.ts';
import { userConfigPath } from '../../user-config-path.ts';
import { certsText } from '../../view/certs-text.ts';
import { wordsOf } from '../../words.ts';

/** `gaffer certs create`: makes certificates, signed by an authority of one's own. */
export class CertsCreate extends Command {
  static override summary = 'Make a certificate for gafferd, or for a client, with an authority of your own';
  static override description =
    'The authority is made with the first certificate and signs all that come later; it can sign for nothing but the names it was made with, and this machine. Clients are told to trust its ca.pem; ca.key stays where it is. Without names the certificate is for localhost, the name of this machine, 127.0.0.1 and ::1.';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> certs create',
    '<%= config.bin %> certs create node1.example.org 10.0.0.5',
    '<%= config.bin %> certs create --client alice',
    '<%= config.bin %> certs create --force',
  ];
  static override args = { name: Args.string({ description: 'host names and addresses, as clients have them in their URL', ignoreStdin: true }) };
  static override flags = {
    client: Flags.string({ description: 'make a certificate that a client shows', helpValue: 'NAME' }),
    days: Flags.string({ description: 'how long it holds (default 365)', helpValue: 'N' }),
    permit: Flags.string({
      description: 'what else a new authority may sign for: a domain, an address, a network',
      helpValue: 'AREA',
      multiple: true,
      multipleNonGreedy: true,
    }),
    name: Flags.string({ description: 'the name of the files (default server, or what the client is called)', helpValue: 'NAME' }),
    out: Flags.string({ description: 'where to put them (default ~/.gaffer/certs)', helpValue: 'FOLDER', env: 'GAFFER_CERTS' }),
    force: Flags.boolean({ description: 'make anew what is there, for the same names unless others are given' }),
    'new-authority': Flags.boolean({ description: 'make the authority anew as well' }),
    json: Flags.boolean({ description: 'print {"kind", "authority", "files", "names", "until"}' }),
  };

  async run(): Promise<void> {
    const parsed = await this.parse(CertsCreate);
    const { client, days = '365', permit = [], name, out, force, json } = parsed.flags;
    const names = wordsOf(parsed);
    if (client !== undefined && names.length > 0) {
      throw new GafferError('bad_usage', `--client: expected no host name beside it, got "${names.join(' ')}"`);
    }
    const { createCertificate } = await import('../../certs.ts');
    const made = createCertificate({
      folder: out === undefined ? join(dirname(userConfigPath(process.env)), 'certs') : resolve(currentFolder(), out),
      ...{ names, client, file: name, permit, force },
      days: Math.max(1, parseCount('--days', days)),
      newAuthority: parsed.flags['new-authority'],
      nowMs: Date.now(),
    });
    process.stdout.write(json ? `${JSON.stringify(made)}\n` : certsText(made));
  }
}
