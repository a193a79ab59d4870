import type { ExampleOutcome } from '../../support/example-shell.ts';

const PASSWORD = 'a long password\r';
const YES = '\r';

/** Examples that need a node that asks for keys, and the key of an admin; in this order. */
export const ACCOUNT_EXAMPLES: Readonly<Record<string, ExampleOutcome>> = {
  'gaffer user:add ada --permission shop+m': {
    shows: /User 'ada' created/,
    typed: [
      ['password: ', PASSWORD],
      ['confirm password: ', PASSWORD],
      ['Create the user', YES],
    ],
  },
  'gaffer user:add deploy -t app --permission shop+m --permission blog+r': {
    shows: /User 'deploy' created/,
    typed: [
      ['password: ', PASSWORD],
      ['confirm password: ', PASSWORD],
      ['Create the user', YES],
    ],
  },
  'gaffer user:add bea --key key-5f3c9a01b2d4 --password-file - --no-input < password': { shows: /User 'bea' created/ },
  'gaffer user ada': { shows: /ada/ },
  'gaffer user ada --json': { shows: /"username":"ada"/ },
  'gaffer users': { shows: /ada[^]*bea/ },
  'gaffer users --json': { shows: /"username":"deploy"/ },
  'gaffer login -u ada --password-file - < password': { shows: /User 'ada' authenticated/ },
  'gaffer logout': { shows: /logged out|Logged out|forgotten/ },
  'gaffer login -u ada --endpoint https://node.example:5000': { shows: /User 'ada' authenticated/, typed: [['password: ', PASSWORD]] },
  'gaffer logout --endpoint https://node.example:5000': { shows: /logged out|Logged out|forgotten/ },
  'gaffer login': {
    shows: /User 'ada' authenticated/,
    typed: [
      ['username: ', 'ada\r'],
      ['password: ', PASSWORD],
    ],
  },
  'gaffer user:setpassword ada': {
    shows: /changed/,
    typed: [
      ['password: ', PASSWORD],
      ['confirm password: ', PASSWORD],
    ],
  },
  'gaffer user:setpassword ada --password-file - < password': { shows: /changed/ },
  'gaffer user:setkey ada -k key-5f3c9a01b2d4': { shows: /ada/ },
  'gaffer user:setkey ada': { shows: /ada/, typed: [['key (an id, or a secret): ', 'a-secret-of-my-own\r']] },
  'gaffer user:del ada': { shows: /ada/ },
  'gaffer key': { shows: /admin: True/ },
  'gaffer key key-5f3c9a01b2d4 --json': { shows: /"label":"made for the examples"/ },
  'gaffer keys': { shows: /made for the examples/ },
  'gaffer key:create shop+m --label deploys': { shows: /[0-9a-f]{32}/ },
  'gaffer key:create shop+r blog.web+w': { shows: /[0-9a-f]{32}/ },
  'gaffer key:create shop+r --parent key-5f3c9a01b2d4 --no-input': { shows: /[0-9a-f]{32}/ },
  'gaffer keys --parent key-5f3c9a01b2d4': { shows: /key-[0-9a-f]{12}/ },
  'gaffer key:delete key-5f3c9a01b2d4': { shows: /key-[0-9a-f]{12}/ },
};
