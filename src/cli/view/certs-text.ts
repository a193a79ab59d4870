import type { CertsMade } from '../certs.ts';

/** Says what was made, and what to do with it. */
export function certsText(made: CertsMade): string {
  const { authority, files, names, until } = made;
  return [
    ...(authority.isNew
      ? [`made ${authority.file}, an authority that can sign for ${authority.areas.join(', ')} alone, until ${authority.until}`]
      : []),
    `made ${files.cert} and its key for ${names.join(', ')}, until ${until}`,
    '',
    ...(made.kind === 'server' ? nextOfServer(made) : nextOfClient(made)),
    '',
  ].join('\n');
}

function nextOfServer({ authority, files, names: [name = 'localhost'] }: CertsMade): readonly string[] {
  const host = name.includes(':') ? `[${name}]` : name.replace(/^\*/, 'HOST');
  return [
    `the node:    gafferd --certfile ${word(files.cert)} --keyfile ${word(files.key)}`,
    `its clients: gaffer --endpoint https://${host}:5000 --cacert ${word(authority.file)} apps`,
  ];
}

function nextOfClient({ authority, files }: CertsMade): readonly string[] {
  return [
    `the node, in [ssl] of gafferd.ini: cacert = ${authority.file} and cert_reqs = required`,
    `the client: gaffer --endpoint https://localhost:5000 --cacert ${word(authority.file)} --certfile ${word(files.cert)} --keyfile ${word(files.key)} apps`,
  ];
}

/** As a shell has to be told it. */
function word(text: string): string {
  return /^[\w./@%+:=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
