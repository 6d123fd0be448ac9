// What CoreDNS finds when it starts the blocks that it has read: plugins that refuse their words, and zones that are served twice.

import type { Usage } from './corefile-grammar.ts';
import { placeOf } from './corefile-imports.ts';
import type { Token } from './corefile-lexer.ts';
import { wordsOf } from './corefile-plugins/words.ts';
import { checkOf } from './corefile-plugins.ts';
import { MAX_ERRORS, tell } from './corefile-state.ts';
import type { CorefileBlock, CorefileError, CorefileKey, ParseState } from './corefile-types.ts';

/** A plugin reads all uses of its directive in a block at once. */
export function blockErrors(usages: readonly Usage[], block: CorefileBlock, state: ParseState): void {
  const byName = new Map<string, Token[]>();
  for (const { name, tokens } of usages) {
    const all = byName.get(name) ?? [];
    for (const token of tokens) all.push(token);
    byName.set(name, all);
  }
  const exists = (path: string) => {
    const found = state.files(path, '');
    return found === undefined ? null : found.length > 0;
  };
  const facts = { zones: block.keys.map(({ zone }) => zone), plugins: new Set(byName.keys()), exists };
  const secret = block.keys.find(({ transport }) => transport === 'quic' || transport === 'https3');
  if (secret && !byName.has('tls')) {
    const message = `"${secret.text}" cannot be served without a certificate: the plugin tls is missing`;
    tell(state, { ...placeOf(secret), kind: 'key', subject: secret.text, message });
  }
  for (const [name, tokens] of byName) {
    const [first, ...rest] = tokens;
    const refused = first ? (checkOf(name)?.(wordsOf([first, ...rest]), facts) ?? null) : null;
    if (!refused) continue;
    const placeholder = tokens.find(({ unknown }) => unknown) ?? block.keys.find(({ unknown }) => unknown);
    if (placeholder) {
      state.notes.push({ ...placeOf(refused.at), kind: 'unknown-value', subject: name });
      continue;
    }
    tell(state, {
      ...placeOf(refused.at),
      kind: refused.name === undefined ? 'plugin' : 'forward-name',
      subject: refused.name ?? name,
      message: `${name}: ${refused.message}`,
    });
  }
}

interface Listener {
  readonly key: CorefileKey;
  readonly id: string;
  readonly host: string;
}

/**
 * One zone at one transport, port and address. A block that listens everywhere overlaps every block that binds an
 * address; a block with a view may share its zone with one without.
 */
export function duplicateErrors(blocks: readonly CorefileBlock[]): CorefileError[] {
  const errors: CorefileError[] = [];
  const everywhere = new Map<string, Listener>();
  const taken = new Map<string, Listener>();
  const first = new Map<string, Listener>();
  for (const block of blocks) {
    const view = block.directives.some(({ name }) => name === 'view');
    for (const listener of listenersOf(block)) {
      if (errors.length >= MAX_ERRORS) return errors;
      const { id, host, key } = listener;
      const same = taken.get(`${id} ${host}`);
      const overlap = host === '' ? first.get(id) : everywhere.get(id);
      if (same && !view) errors.push(duplicate(key, same));
      else if (overlap && !same) errors.push(duplicate(key, overlap));
      else if (!view) {
        taken.set(`${id} ${host}`, listener);
        first.set(id, listener);
        if (host === '') everywhere.set(id, listener);
      }
    }
  }
  return errors;
}

function duplicate(key: CorefileKey, other: Listener): CorefileError {
  const zone = key.zone === '.' ? key.zone : key.zone.replace(/\.$/, '');
  const where = `${zone} at port ${key.port}`;
  return {
    ...placeOf(key),
    kind: 'duplicate-key',
    subject: key.text,
    message: `${where} is already served by the block with ${other.key.text} in line ${other.key.line}`,
  };
}

function* listenersOf(block: CorefileBlock): Generator<Listener> {
  const binds = block.directives.filter(({ name }) => name === 'bind');
  const except = new Set(
    binds
      .flatMap((bind) => (bind.block ?? []).filter(({ name }) => name === 'except').flatMap(({ args }) => args))
      .map(({ text }) => text),
  );
  const bound = binds.flatMap(({ args }) => args.map(({ text }) => text)).filter((host) => !except.has(host));
  const hosts = binds.length === 0 ? [''] : bound;
  for (const key of block.keys) {
    if (key.unknown) continue;
    for (const host of hosts) yield { key, id: `${key.transport} ${key.zone} ${key.port}`, host };
  }
}
