// What the plugins of the server itself refuse to start on: bind, health, ready, prometheus, pprof, tls, timeouts, reload and others.

import type { Token } from '../corefile-lexer.ts';
import { goDurationMs, goHostPort, goInt, goIp, goListenPort } from '../go-values.ts';
import {
  countProblem,
  duration,
  int,
  ONCE,
  oneOf,
  type Property,
  readProperties,
  several,
  shaped,
  type ValueCheck,
} from './properties.ts';
import type { PluginCheck, Refused, Words } from './words.ts';

const ANY = Number.POSITIVE_INFINITY;
/** Linux: IFNAMSIZ less the closing zero. */
const LONGEST_INTERFACE = 15;

const listens: ValueCheck = (text) => {
  const split = goHostPort(text);
  if (split === null) return 'is no address to listen on: write :8080 or 127.0.0.1:8080';
  return goListenPort(split.port) ? null : 'has no port between 0 and 65535';
};

function listening(args: readonly Token[], words: Words): Refused | null {
  const [address] = args;
  const why = address ? listens(address.text) : null;
  return why === null || !address ? null : words.wrong(`"${address.text}" ${why}`, address);
}

export const health = shaped({ args: [0, 1], check: listening, properties: { lameduck: several(1, 1, duration()) } });

export const ready = shaped({
  args: [0, 1],
  once: true,
  check: listening,
  properties: { monitor: several(1, 1, oneOf('until-ready', 'continuously')) },
});

export const prometheus: PluginCheck = (words, block) => {
  let tls = 0;
  const once: Property = (inner) => (tls++ > 0 ? inner.wrong('tls is written twice') : several(1, 1)(inner));
  return shaped({
    args: [0, 1],
    once: true,
    check: listening,
    properties: { runtime_metrics: several(0, 0), tls: once },
  })(words, block);
};

export const pprof = shaped({
  args: [0, 1],
  once: true,
  check: listening,
  properties: { block: several(0, 1, int()) },
});

/** What is no address is taken for an interface, whose existence is not known here. */
export const bindable: ValueCheck = (text) =>
  goIp(text) !== null || (text.length <= LONGEST_INTERFACE && /^[\w.@-]+$/.test(text) && !/^[\d.]+$/.test(text))
    ? null
    : 'is neither an address nor an interface';

export const bind: PluginCheck = (words) => {
  while (words.next()) {
    const args = words.rest();
    if (args.length === 0) return words.wrong('names no address and no interface');
    for (const arg of args) {
      const why = bindable(arg.text);
      if (why !== null) return words.wrong(`"${arg.text}" ${why}`, arg);
    }
    const problem = readProperties(words, { except: several(1, ANY, bindable) });
    if (problem) return problem;
  }
  return null;
};

/** Only the first use counts, and only its line. */
export const reload: PluginCheck = (words) => {
  words.next();
  const args = words.rest();
  const [interval, jitter] = args.map(({ text }) => goDurationMs(text));
  const problem = countProblem(args, [0, 2], words);
  if (problem) return problem;
  if (interval === null || (interval !== undefined && interval < 2000))
    return words.wrong(`"${args[0]?.text}" is no interval of 2s or more`, args[0]);
  if (jitter === null || (jitter !== undefined && jitter !== 0 && jitter < 1000))
    return words.wrong(`"${args[1]?.text}" is no jitter of 1s or more`, args[1]);
  return null;
};

/** Only the first use and its line are read. */
export const loneWord: PluginCheck = (words) => {
  words.next();
  return words.nextArg() ? words.wrong(`takes no argument, and "${words.value()}" follows`) : null;
};

export const debug: PluginCheck = (words) => {
  while (words.next()) if (words.nextArg()) return words.wrong(`takes no argument, and "${words.value()}" follows`);
  return null;
};

export const loop: PluginCheck = (words) => {
  let uses = 0;
  while (words.next()) {
    if (uses++ > 0) return words.wrong(ONCE);
    if (words.nextArg()) return words.wrong(`takes no argument, and "${words.value()}" follows`);
  }
  return null;
};

export const any: PluginCheck = (words, block) => {
  const problem = loneWord(words, block);
  if (problem) return problem;
  return words.nextInBlock() ? words.wrong(`"${words.value()}" is no property of it (it takes none)`) : null;
};

export const metadata: PluginCheck = (words) => {
  words.next();
  words.rest();
  return words.nextInBlock() || words.next() ? words.wrong('stands once in a block and takes zones only') : null;
};

export const root: PluginCheck = (words) => {
  while (words.next()) if (!words.nextArg()) return words.wrong('names no folder');
  return null;
};

export const nsid = shaped({ args: [0, ANY], once: true });

export const cancel: PluginCheck = (words) => {
  while (words.next()) {
    const args = words.rest();
    const [timeout] = args;
    const problem = countProblem(args, [0, 1], words);
    if (problem) return problem;
    if (timeout && (goDurationMs(timeout.text) ?? 0) <= 0)
      return words.wrong(`"${timeout.text}" is no duration`, timeout);
  }
  return null;
};

export const multisocket: PluginCheck = (words) => {
  words.next();
  const args = words.rest();
  if (args.length > 1 || words.next()) return words.wrong('stands once in a block and takes one number');
  const [count] = args;
  const why = count ? int(1, 1024)(count.text) : null;
  return why === null || !count ? null : words.wrong(`"${count.text}" ${why}`, count);
};

export const bufsize: PluginCheck = (words) => {
  words.next();
  const args = words.rest();
  const [size] = args;
  if (!size) return null;
  const bytes = args.length === 1 ? goInt(size.text) : null;
  return bytes !== null && bytes >= 512 && bytes <= 4096
    ? null
    : words.wrong('takes one number from 512 to 4096', size);
};

export const timeouts: PluginCheck = (words) => {
  while (words.next()) {
    const extra = words.rest()[0];
    if (extra) return words.wrong('takes its values in braces', extra);
    let count = 0;
    const time: ValueCheck = (text) => duration(1000, 86_400_000)(goInt(text) === null ? text : `${text}s`);
    const counted = (check: ValueCheck): Property => {
      return (inner) => {
        count++;
        return several(1, 1, check)(inner);
      };
    };
    const problem = readProperties(words, {
      read: counted(time),
      write: counted(time),
      idle: counted(time),
      maxtcpqueries: counted((text) => (goInt(text) === -1 ? null : int(1)(text))),
    });
    if (problem) return problem;
    if (count === 0) return words.wrong('names no timeout');
  }
  return null;
};

/** A certificate that is missing or broken is not seen here; neither is what ACME needs. */
export const tls: PluginCheck = (words) => {
  while (words.next()) {
    const args = words.rest();
    if (args.length === 0) {
      const problem = readProperties(words, {
        acme: several(1, ANY),
        email: several(1, 1),
        ca: several(1, 1),
        storage: several(1, 1),
        ca_root: several(1, 1),
        resolver: several(1, 1),
      });
      if (problem) return problem;
      continue;
    }
    const problem =
      countProblem(args, [2, 3], words) ??
      readProperties(words, {
        client_auth: several(1, 1, oneOf('nocert', 'request', 'require', 'verify_if_given', 'require_and_verify')),
        keylog: several(1, 1),
      });
    if (problem) return problem;
  }
  return null;
};

export const local = shaped({ args: [0, 0], properties: { localhost_prefix: several(1, 1, oneOf('on', 'off')) } });

export const shed = shaped({ args: [0, 0], once: true });

export const view = shaped({ args: [1, 1], once: true, properties: { expr: several(0, ANY) } });

export const chaos: PluginCheck = (words) => {
  words.next();
  words.rest();
  return words.nextInBlock() ? words.wrong(`"${words.value()}" is no property of it (it takes none)`) : null;
};

export const erratic = shaped({
  args: [0, ANY],
  properties: {
    drop: several(0, 1, int(0, 2_147_483_647)),
    delay: (words) => {
      const args = words.rest();
      const [amount, time] = args;
      const problem = countProblem(args, [0, 2], words);
      if (problem) return problem;
      if (amount && int(0, 2_147_483_647)(amount.text) !== null)
        return words.wrong(`"${amount.text}" is no number`, amount);
      return time && goDurationMs(time.text) === null ? words.wrong(`"${time.text}" is no duration`, time) : null;
    },
    truncate: several(0, 1, int(0, 2_147_483_647)),
    large: () => null,
  },
});
