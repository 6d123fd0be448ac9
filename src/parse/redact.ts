// What must not leave: credentials in URLs, tokens, passwords, pre-shared and private keys. Everything that is printed goes through here.

const MASK = '***';

// Longer than any real proxy URL; bounds the work on hostile text.
const URL_LIMIT = 2048;

/** `http://user:secret@proxy:3128` → `http://user:***@proxy:3128`; a lone `token@` is masked whole. */
function redactUrls(text: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const found = text.indexOf('://', at);
    if (found < 0) return out + text.slice(at);
    const start = found + 3;
    out += text.slice(at, start);
    at = start;
    const token = /^[^\s"'<>]*/.exec(text.slice(start, start + URL_LIMIT))?.[0] ?? '';
    const end = userinfoEnd(token);
    if (end < 0) continue;
    const colon = token.indexOf(':');
    out += colon >= 0 && colon < end ? `${token.slice(0, colon)}:${MASK}@` : `${MASK}@`;
    at = start + end + 1;
  }
}

/** Where the `@` behind a URL's userinfo is, or -1. Passwords with an unescaped `@` or `/` are seen as well. */
function userinfoEnd(token: string): number {
  const authority = /^[^/?#]*/.exec(token)?.[0] ?? '';
  const end = authority.lastIndexOf('@');
  if (end >= 0 || authority.startsWith('[')) return end;
  const port = /:(.*)$/.exec(authority)?.[1];
  if (port === undefined || /^\d+$/.test(port)) return -1;
  const next = token.search(/[,;|][a-z0-9+.-]{1,15}:\/\//i);
  return (next < 0 ? token : token.slice(0, next)).lastIndexOf('@');
}

// `user:secret@host` without a scheme, as proxy variables may be written; not `image:tag@sha256:…`.
const BARE_USERINFO = /(^|[\s="',;(])([^\s:/@"'=,;]{1,64}):([^\s/@"']{1,256})@(?!sha\d)(?=[\w[])/g;
const AUTHORIZATION = /\b((?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?)([a-z]{1,20}[ \t]{1,4})?([^\s"',]+)/gi;
const SCHEME_TOKEN = /\b(bearer|basic|digest|negotiate|ntlm)([ \t]{1,4})([\w.+/~=-]{8,})/gi;
const NAMED =
  /([\w.-]{0,40}(?:token|secret|passwo?r?d|passphrase|api[-_]?key|psk|private[-_]?key)["']?)(\s{0,4}[=:]\s{0,4})("[^"]*"|'[^']*'|[^\s&,;"']+)/gi;
const OPTION_SECRET = /(\s--?(?:psk|pass|passin|password|token)(?:\s+|=))(\S+)/g;
const OPTION_USER = /(\s(?:-u|-U|--user|--proxy-user)(?:\s+|=)["']?[^\s:"']{1,64}):([^\s"']+)/g;
const JWT = /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g;

/**
 * The text without secrets, the rest unchanged. `known` are secret values that this process holds (a token from its
 * environment, a pre-shared key): they are removed wherever they appear. Applying it twice changes nothing more.
 */
export function redact(text: string, known: readonly string[] = []): string {
  let out = text;
  // Shorter values would hit ordinary words.
  for (const secret of known) if (secret.length >= 4) out = out.replaceAll(secret, MASK);
  if (out.length < 6) return out;
  out = out.replace(PRIVATE_KEY, '[private key removed]').replace(JWT, MASK);
  out = redactUrls(out).replace(BARE_USERINFO, `$1$2:${MASK}@`);
  return out
    .replace(AUTHORIZATION, (all, name: string, scheme: string | undefined, value: string) =>
      isPlaceholder(value) ? all : `${name}${scheme ?? ''}${MASK}`,
    )
    .replace(SCHEME_TOKEN, (all, scheme: string, gap: string, token: string) =>
      looksRandom(token) ? `${scheme}${gap}${MASK}` : all,
    )
    .replace(NAMED, (all, name: string, sign: string, value: string) =>
      !isPlaceholder(value) && (sign.includes('=') || looksLikeSecretValue(value)) ? `${name}${sign}${MASK}` : all,
    )
    .replace(OPTION_SECRET, (all, option: string, value: string) => (isPlaceholder(value) ? all : `${option}${MASK}`))
    .replace(OPTION_USER, (all, user: string, value: string) => (isPlaceholder(value) ? all : `${user}:${MASK}`));
}

/** `$NPA_API_TOKEN`, `${TOKEN}`, `<token>`: a command that we suggest names the secret instead of holding it. */
function isPlaceholder(value: string): boolean {
  return /^["']?(?:\$[A-Z][A-Z0-9_]{0,60}|\$\{[A-Z][A-Z0-9_]{0,60}\}|<[a-z][a-z -]{0,40}>)["']?$/.test(value);
}

/** `Basic dXNlcjpw` is a credential, `basic authentication` is prose. */
function looksRandom(token: string): boolean {
  return /[0-9=+/_~]/.test(token) || /.[A-Z]/.test(token);
}

function looksLikeSecretValue(value: string): boolean {
  const bare = value.replace(/^["']|["']$/g, '');
  return bare.length >= 8 && /\d/.test(bare);
}

const SECRET_KEY = /^(?:proxy-)?authorization$|^(?:netskope-)?api-?token$|^(?:password|secret|keyHex|token)$/i;

/** A copy of a plain value with every string redacted; strings under a key that names a secret are masked whole. */
export function redactDeep<T>(value: T, known: readonly string[] = []): T {
  return walk(value, known) as T;
}

function walk(value: unknown, known: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, known);
  if (Array.isArray(value)) return value.map((item) => walk(item, known));
  if (value === null || typeof value !== 'object') return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    copy[key] = typeof item === 'string' && SECRET_KEY.test(key) ? MASK : walk(item, known);
  }
  return copy;
}
