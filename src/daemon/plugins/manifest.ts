import { GafferError, messageOf } from '../../errors.ts';

/** What a plugin's package.json says of it. */
export interface PluginManifest {
  readonly version: string | undefined;
  readonly description: string | undefined;
  /** Of `gaffer.mandatory`. */
  readonly mandatory: readonly string[];
  /** The main module; undefined where it is not told. */
  readonly main: string | undefined;
}

/** What is known of a plugin without a package.json. */
export const NO_MANIFEST: PluginManifest = { version: undefined, description: undefined, mandatory: [], main: undefined };

/** Reads a package.json. @throws GafferError `invalid_config` that says what is wrong with it */
export function parseManifest(text: string): PluginManifest {
  const manifest = objectIn(text);
  const { version, description, main, exports, gaffer } = manifest;
  const own = gaffer === undefined ? {} : expectObject('gaffer', gaffer);
  const mandatory = own['mandatory'] ?? [];
  if (!Array.isArray(mandatory) || !mandatory.every((name) => typeof name === 'string')) {
    throw wrong(`gaffer.mandatory: expected a list of plugins' names, got ${JSON.stringify(mandatory)}`);
  }
  return {
    version: expectText('version', version),
    description: expectText('description', description),
    mandatory,
    main: mainOf(exports) ?? expectText('main', main),
  };
}

/** What `exports` names for the package itself; the first of the conditions that Node knows. */
function mainOf(exports: unknown): string | undefined {
  if (typeof exports === 'string') {
    return exports;
  }
  if (Array.isArray(exports)) {
    return exports.map(mainOf).find((one) => one !== undefined);
  }
  if (typeof exports !== 'object' || exports === null) {
    return undefined;
  }
  const own = exports as Readonly<Record<string, unknown>>;
  const chosen = Object.keys(own).find((name) => ['.', 'node', 'import', 'module-sync', 'default', 'require'].includes(name));
  return chosen === undefined ? undefined : mainOf(own[chosen]);
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return expectObject('', JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    throw error instanceof GafferError ? error : wrong(`expected JSON: ${messageOf(error)}`);
  }
}

function expectObject(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(`${name === '' ? '' : `${name}: `}expected an object, got ${JSON.stringify(value)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function expectText(name: string, value: unknown): string | undefined {
  if (value !== undefined && typeof value !== 'string') {
    throw wrong(`${name}: expected a text, got ${JSON.stringify(value)}`);
  }
  return value;
}

function wrong(message: string): GafferError {
  return new GafferError('invalid_config', `package.json: ${message}`);
}
