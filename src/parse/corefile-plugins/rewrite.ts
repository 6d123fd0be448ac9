// What `rewrite` refuses to start on (plugin/rewrite).

import { type GoRegex, goRegex } from '../go-regex.ts';
import { goUint } from '../go-values.ts';
import { CLASSES, RCODES, TYPES } from './dns-words.ts';
import type { PluginCheck } from './words.ts';

/** CoreDNS' own bound for a pattern, in bytes. */
const MAX_PATTERN = 10_000;
const MATCHES = ['exact', 'prefix', 'suffix', 'substring', 'regex'];

export const rewrite: PluginCheck = (words) => {
  while (words.next()) {
    const line = words.rest();
    const args = line.map(({ text }) => text);
    if (args.length < 2) while (words.nextInBlock()) args.push(words.value());
    const why = ruleProblem(args);
    if (why !== null) return words.wrong(why, line[0]);
  }
  return null;
};

export function patternProblem(pattern: string): string | null {
  const regex = compiled(pattern);
  return regex.ok ? null : `the pattern "${pattern}" ${regex.why}`;
}

function compiled(pattern: string): GoRegex {
  return Buffer.byteLength(pattern) > MAX_PATTERN ? { ok: false, why: 'is too long' } : goRegex(pattern);
}

function ruleProblem(words: readonly string[]): string | null {
  if (words.length === 0) return 'names no rule';
  const [first = ''] = words;
  const mode = ['stop', 'continue'].includes(first.toLowerCase());
  if (mode && words.length < 2) return `names no rule after ${first}`;
  const [kind = '', ...args] = mode ? words.slice(1) : words;
  switch (kind.toLowerCase()) {
    case 'name':
      return nameProblem(args);
    case 'class':
    case 'type': {
      if (args.length !== 2) return `${kind} rules take two arguments, not ${args.length}`;
      const known = kind.toLowerCase() === 'class' ? CLASSES : TYPES;
      const strange = args.find((arg) => !known.has(arg.toUpperCase()));
      return strange === undefined ? null : `"${strange}" is no ${kind} of DNS`;
    }
    case 'edns0':
      return edns0Problem(args);
    case 'ttl':
      return matchedProblem('ttl', args, 1, (text) => ttlProblem(text));
    case 'rcode':
      return matchedProblem('rcode', args, 2, (text) => {
        const number = goUint(text, 32);
        return (number !== null && number <= 23) || RCODES.has(text.toUpperCase()) ? null : 'is no response code';
      });
    case 'cname':
      return cnameProblem(args);
    case 'answer':
      return 'answers are rewritten by a name rule: rewrite name … answer …';
    default:
      return `"${kind}" is no kind of rule`;
  }
}

function nameProblem(args: readonly string[]): string | null {
  if (args.length < 2) return 'name rules need a name and what it becomes';
  const kind = args.length === 2 ? 'exact' : (args[0] ?? '').toLowerCase();
  if (!MATCHES.includes(kind)) return `name rules match ${MATCHES.join(', ')}, not "${kind}"`;
  const [from = '', to = ''] = args.length === 2 ? args : args.slice(1);
  const answers = args.length > 3 ? answerProblem(args.slice(3)) : null;
  if (answers !== null) return answers;
  // For an exact rule CoreDNS compiles the replacement, and looks for placeholders in the name.
  if (kind === 'exact') return replacementProblem(`${to.toLowerCase()}.`, from);
  return kind === 'regex' ? replacementProblem(from, to) : null;
}

function answerProblem(args: readonly string[]): string | null {
  if (args.length < 2) return `"${args[0]}" is too much for a name rule`;
  let auto = false;
  let names = 0;
  for (let i = 0, first = true; i < args.length; first = false) {
    if (first && args[i] !== 'answer') return `"${args[i]}" is too much for a name rule`;
    if (args[i] === 'answer') i++;
    const kind = args[i++];
    if (kind === undefined) return 'answer says not what to rewrite: auto, name or value';
    if (kind === 'auto') {
      auto = true;
      continue;
    }
    if (kind !== 'name' && kind !== 'value') return `answer "${kind}" is none of auto, name, value`;
    const [from, to] = args.slice(i, i + 2);
    if (from === undefined || to === undefined) return `answer ${kind} needs a pattern and what it becomes`;
    const why = replacementProblem(from, to);
    if (why !== null) return why;
    if (kind === 'name') names++;
    i += 2;
  }
  return auto && names > 0 ? 'answer auto and answer name cannot stand together' : null;
}

function replacementProblem(pattern: string, replacement: string): string | null {
  const regex = compiled(pattern);
  if (!regex.ok) return `the pattern "${pattern}" ${regex.why}`;
  const used = new Set([...replacement.matchAll(/\{(0|[1-9]\d?|100)\}/g)].map(([, number]) => number));
  return used.size > regex.groups ? `"${replacement}" uses more groups than "${pattern}" has` : null;
}

// `ttl [match] name TTL`, `rcode [match] name OLD NEW`.
function matchedProblem(
  rule: string,
  args: readonly string[],
  values: number,
  check: (text: string) => string | null,
): string | null {
  if (args.length < values + 1) return `${rule} rules need a name and ${values === 1 ? 'a value' : 'two values'}`;
  // CoreDNS looks for values at two places only; with more words it finds none.
  if (args.length > values + 2) return `${rule} rules do not take ${args.length} words`;
  for (const value of args.slice(-values)) {
    const why = check(value);
    if (why !== null) return `${rule} "${value}" ${why}`;
  }
  if (args.length === values + 1) return null;
  const [kind = '', name = ''] = args;
  if (!MATCHES.includes(kind.toLowerCase())) return `${rule} rules match ${MATCHES.join(', ')}, not "${kind}"`;
  return kind.toLowerCase() === 'regex' ? patternProblem(name) : null;
}

function ttlProblem(text: string): string | null {
  const wrong = 'is no TTL: write seconds, or a range like 30-300';
  const [low = '', high, more] = text.split('-');
  if (more !== undefined || (low === '' && (high ?? '') === '')) return wrong;
  const from = low === '' && high !== undefined ? 0 : goUint(low, 32);
  const to = high === undefined ? from : high === '' ? 2_147_483_647 : goUint(high, 32);
  return from === null || to === null || from > to ? wrong : null;
}

function cnameProblem(args: readonly string[]): string | null {
  if (args.length < 2 || args.length > 3) return `cname rules take two or three words, not ${args.length}`;
  if (args.length === 2) return null;
  const kind = (args[0] ?? '').toLowerCase();
  if (!MATCHES.includes(kind)) return `cname rules match ${MATCHES.join(', ')}, not "${kind}"`;
  return kind === 'regex' ? patternProblem((args[1] ?? '').toLowerCase()) : null;
}

function edns0Problem(words: readonly string[]): string | null {
  if (words.length < 2) return 'edns0 rules need a kind and an action';
  const [kind, action] = words.map((word) => word.toLowerCase());
  if (!['append', 'replace', 'set', 'unset'].includes(action ?? ''))
    return `edns0 does not know the action "${action}"`;
  const unset = action === 'unset';
  const args = !unset && words.at(-1) === 'revert' ? words.slice(0, -1) : words;
  const wanted = { local: unset ? 3 : 4, nsid: 2, subnet: unset ? 2 : 4 }[kind ?? ''];
  if (wanted === undefined) return `edns0 does not know "${kind}"`;
  if (args.length !== wanted) return `edns0 ${kind} ${action} takes ${wanted} words, not ${args.length}`;
  const [, , third = '', fourth = ''] = args;
  if (kind === 'local' && !anyBase(third)) return `"${third}" is no code of an EDNS option`;
  if (kind === 'local' && /^0x/.test(fourth) && !/^0x(?:[0-9a-f]{2})*$/i.test(fourth))
    return `"${fourth}" is no hexadecimal text`;
  if (kind === 'local' && /^\{.*\}$/.test(fourth) && !/^\{(?:\/?[\w]+|[\w-]+\/[\w/-]+)\}$/.test(fourth))
    return `"${fourth}" is no variable`;
  if (kind === 'subnet' && !unset) {
    if (!anyBase(third, 32)) return `"${third}" is no length of an IPv4 prefix`;
    if (!anyBase(fourth, 128)) return `"${fourth}" is no length of an IPv6 prefix`;
  }
  return null;
}

// strconv.ParseUint with base 0: 0x, 0o, 0b and underscores.
function anyBase(text: string, most = 65_535): boolean {
  if (!/^(?:0x[0-9a-f_]+|0o?[0-7_]+|0b[01_]+|[1-9][\d_]*|0)$/i.test(text)) return false;
  const plain = text.replaceAll('_', '').replace(/^0(?=[0-7])/, '0o');
  return Number(plain) <= most;
}
