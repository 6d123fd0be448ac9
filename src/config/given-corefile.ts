// A Corefile becomes a part of the report, so that it can be judged again: what is secret in it is blotted out first.

/** Words of plugins whose arguments are secrets: route53, azure, etcd, tsig, redis and their like. */
const SECRET =
  /^(\s*(?:aws_access_key|credentials|secret|client_secret|password|token|apikey|api_key)[ \t]+)([^\s#{][^#{\n]*)/gim;

/** Every argument keeps its place as a word; the lines and columns of all others stay as they are. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET, (_all, word: string, rest: string) => word + rest.replace(/\S+/g, 'REDACTED'));
}
