// What `errors`, `log`, `loadbalance`, `header` and `transfer` refuse to start on.

import type { Token } from '../corefile-lexer.ts';
import { goCidr, goDurationMs, goHostPort, goIp } from '../go-values.ts';
import { checkAll, countProblem, oneOf, type Property, readProperties, several, shaped } from './properties.ts';
import { patternProblem } from './rewrite.ts';
import type { PluginCheck, Words } from './words.ts';

const ANY = Number.POSITIVE_INFINITY;
const LEVELS = ['warning', 'error', 'info', 'debug'];

const consolidate: Property = (words) => {
  const args = words.rest();
  const [period, pattern, ...options] = args;
  const problem = countProblem(args, [2, 4], words);
  if (problem) return problem;
  if (goDurationMs(period?.text ?? '') === null)
    return words.wrong(`consolidate "${period?.text}" is no duration with a unit, like 5m`, period);
  const why = patternProblem(pattern?.text ?? '');
  if (why !== null) return words.wrong(`consolidate: ${why}`, pattern);
  const seen = new Set<string>();
  for (const option of options) {
    if (LEVELS.includes(option.text)) {
      if (seen.has('level')) return words.wrong('consolidate has two levels', option);
      if (seen.has('show_first')) return words.wrong('consolidate wants the level before show_first', option);
      seen.add('level');
    } else if (option.text === 'show_first') seen.add('show_first');
    else return words.wrong(`consolidate does not know "${option.text}"`, option);
  }
  return null;
};

export const errors = shaped({
  args: [0, 1],
  once: true,
  check: (args, words) => checkAll(args, (text) => (text === 'stdout' ? null : 'is not stdout'), words),
  properties: { stacktrace: () => null, consolidate },
});

export const log = shaped({
  args: [0, ANY],
  properties: { class: several(1, ANY, oneOf('all', 'success', 'denial', 'error')) },
});

export const loadbalance: PluginCheck = (words) => {
  while (words.next()) {
    const args = words.rest();
    const policy = args[0]?.text ?? 'round_robin';
    if (policy === 'round_robin') {
      if (args.length > 1) return words.wrong('round_robin takes nothing more', args[1]);
    } else if (policy !== 'weighted') return words.wrong(`"${policy}" is no policy: round_robin or weighted`, args[0]);
    else if (args.length !== 2) return words.wrong('weighted needs one file of weights', args[2] ?? args[0]);
    else {
      const problem = readProperties(words, {
        reload: several(1, 1, (text) => (goDurationMs(text) === null ? 'is no duration with a unit' : null)),
      });
      if (problem) return problem;
    }
    const problem = readProperties(words, {
      prefer: several(0, ANY, (text) => (goCidr(text) === null ? 'is no network' : null)),
    });
    if (problem) return problem;
  }
  return null;
};

const FLAGS = ['aa', 'ra', 'rd'];

/** Ends with the first use that has rules. */
export const header: PluginCheck = (words) => {
  while (words.next()) {
    let rules = 0;
    while (words.nextInBlock()) {
      const selector = words.value();
      if (!['query', 'response'].includes(selector.toLowerCase()))
        return words.wrong(`"${selector}" is neither query nor response`);
      const action = words.nextArg() ? words.value().toLowerCase() : '';
      const flags = words.rest();
      if (action === '' || flags.length === 0) return words.wrong(`${selector} needs set or clear, and flags`);
      if (action !== 'set' && action !== 'clear') return words.wrong(`"${action}" is neither set nor clear`);
      const strange = flags.find(({ text }) => !FLAGS.includes(text.toLowerCase()));
      if (strange) return words.wrong(`"${strange.text}" is none of ${FLAGS.join(', ')}`, strange);
      rules++;
    }
    if (rules > 0) return null;
  }
  return words.wrong('has no rule');
};

export const transfer: PluginCheck = (words) => {
  while (words.next()) {
    words.rest();
    let targets = 0;
    let sources = 0;
    const problem = readProperties(words, {
      to: (inner) => {
        const hosts = inner.rest();
        if (hosts.length === 0) return inner.wrong('to names nobody');
        targets += hosts.length;
        return notAnAddress(hosts, inner);
      },
      source: (inner) => {
        if (sources++ > 0) return inner.wrong('source is written twice');
        return several(1, 1, (text) => (goIp(text) === null ? 'is no address' : null))(inner);
      },
    });
    if (problem) return problem;
    if (targets === 0) return words.wrong('says not to whom: to is wanted');
  }
  return null;
};

function notAnAddress(hosts: readonly Token[], words: Words) {
  return checkAll(
    hosts,
    (text) =>
      text === '*' || goIp((goHostPort(text)?.host ?? text).replace(/%.*$/, '')) !== null ? null : 'is no address',
    words,
  );
}

export const secondary: PluginCheck = (words) => {
  while (words.next()) {
    words.rest();
    let transfers = 0;
    const problem = readProperties(words, {
      transfer: (inner) => {
        transfers++;
        if (!inner.nextArg() || inner.value() !== 'from') return inner.wrong('transfer wants from, and addresses');
        const hosts = inner.rest();
        if (hosts.length === 0) return inner.wrong('transfer from names nobody');
        return (
          checkAll(hosts, (text) => (text === '*' ? 'is nobody in particular' : null), inner) ??
          notAnAddress(hosts, inner)
        );
      },
      catalog: several(0, ANY),
      fallthrough: several(0, ANY),
    });
    if (problem) return problem;
    if (transfers === 0) return words.wrong('needs transfer from');
  }
  return null;
};
