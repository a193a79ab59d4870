import { Key as GafferKey } from '../../gaffer/commands/key.ts';
import { KeyCreate as GafferKeyCreate } from '../../gaffer/commands/key-create.ts';
import { KeyDelete as GafferKeyDelete } from '../../gaffer/commands/key-delete.ts';
import { Keys as GafferKeys } from '../../gaffer/commands/keys.ts';
import { Login as GafferLogin } from '../../gaffer/commands/login.ts';
import { Logout as GafferLogout } from '../../gaffer/commands/logout.ts';
import { User as GafferUser } from '../../gaffer/commands/user.ts';
import { UserAdd as GafferUserAdd } from '../../gaffer/commands/user-add.ts';
import { UserDel as GafferUserDel } from '../../gaffer/commands/user-del.ts';
import { UserSetKey as GafferUserSetKey } from '../../gaffer/commands/user-setkey.ts';
import { UserSetPassword as GafferUserSetPassword } from '../../gaffer/commands/user-setpassword.ts';
import { Users as GafferUsers } from '../../gaffer/commands/users.ts';
import { accountCommand } from '../account-command.ts';

/** `gafferctl login`. */
export const Login = accountCommand(GafferLogin, { examples: ['login -u ada --password-file password'] });

/** `gafferctl logout`. */
export const Logout = accountCommand(GafferLogout, { examples: ['logout'] });

/** `gafferctl keys`. */
export const Keys = accountCommand(GafferKeys, { examples: ['keys', 'keys --json'] });

/** `gafferctl key`. */
export const Key = accountCommand(GafferKey, { examples: ['key', 'key key-5f3c9a01b2d4 --json'] });

/** `gafferctl key:create`. */
export const KeyCreate = accountCommand(GafferKeyCreate, {
  examples: ['key:create shop+m --label deploys', 'key:create shop+r blog.web+w --no-input --json'],
});

/** `gafferctl key:delete`. */
export const KeyDelete = accountCommand(GafferKeyDelete, { examples: ['key:delete key-5f3c9a01b2d4'] });

/** `gafferctl users`. */
export const Users = accountCommand(GafferUsers, { examples: ['users', 'users --json'] });

/** `gafferctl user`. */
export const User = accountCommand(GafferUser, { examples: ['user ada', 'user ada --json'] });

/** `gafferctl user:add`. */
export const UserAdd = accountCommand(GafferUserAdd, { examples: ['user:add bea --permission shop+m --password-file password'] });

/** `gafferctl user:del`. */
export const UserDel = accountCommand(GafferUserDel, { examples: ['user:del ada'] });

/** `gafferctl user:setkey`. */
export const UserSetKey = accountCommand(GafferUserSetKey, { examples: ['user:setkey ada -k key-5f3c9a01b2d4'] });

/** `gafferctl user:setpassword`. */
export const UserSetPassword = accountCommand(GafferUserSetPassword, { examples: ['user:setpassword ada --password-file password'] });
