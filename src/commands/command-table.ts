// Every command as data: help, completion and the documentation are made from this table and the table of flags.

import { DISTRIBUTIONS } from '../checks/corefile/distributions.ts';
import type { FlagGroup } from '../config/flags.ts';
import { DEPTHS } from '../model/verdict.ts';
import { LISTS } from './list.ts';

export interface OwnFlag {
  readonly name: string;
  readonly short?: string;
  readonly argument: string | null;
  readonly words?: readonly string[];
  readonly takesFile?: true;
  readonly description: string;
}

export interface CommandRow {
  /** `check`, `config view`. */
  readonly name: string;
  readonly description: string;
  /** `<ID>` wanted, `[FILE...]` optional. */
  readonly argument?: string;
  /** What the argument may be; `faults`: the ids of the catalogue. */
  readonly words?: readonly string[] | 'faults';
  readonly takesFile?: true;
  /** Which flags of config/flags.ts it takes. */
  readonly groups: readonly FlagGroup[];
  readonly flags?: readonly OwnFlag[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const DATA: OwnFlag = {
  name: 'output',
  short: 'o',
  argument: 'FORMAT',
  words: ['table', 'json', 'yaml'],
  description: 'table, json or yaml',
};
const TEXT: OwnFlag = { ...DATA, words: ['text', 'json', 'yaml'], description: 'text, json or yaml' };
const PLAIN: OwnFlag = { ...DATA, words: ['yaml', 'json'], description: 'yaml or json' };

const ZONE: OwnFlag = { name: 'zone', argument: 'ZONE', description: 'the private zone: private.example.com' };
const FORWARD: OwnFlag = { name: 'forward', argument: 'ADDRESS,...', description: 'the DNS servers that hold it' };

/** The words that have further words behind them. */
export const PARENTS: Readonly<Record<string, string>> = {
  config: 'the configuration: view, validate, schema',
  coredns: 'the Corefile of the cluster DNS, offline: lint, patch',
};

// biome-ignore format: a table is read by its columns
export const COMMANDS: readonly CommandRow[] = [
  { name: 'check', description: 'will this network carry the Publisher, and if not, why not?', groups: ['config', 'output'] },
  { name: 'gate', description: 'the same as a gate: waits for what can heal, then says yes or no by its exit code', groups: ['config', 'gate', 'output'] },
  { name: 'report', description: 'one run for the record: files, metrics, comparison with the last one', groups: ['config', 'output'], flags: [{ name: 'directory', argument: 'DIR', takesFile: true, description: 'where the last report is kept and compared' }] },
  { name: 'demo', description: 'the same on an embedded world on the loopback; no tenant, no network', groups: ['output'], flags: [{ name: 'depth', argument: 'DEPTH', words: DEPTHS, description: 'how much is measured' }, { name: 'fault', argument: 'ID', description: 'break it in this way' }, { name: 'list', argument: null, description: 'the faults that it can have' }] },
  { name: 'list', argument: '<checks|faults|profiles>', words: LISTS, description: 'what there is', groups: [], flags: [DATA] },
  { name: 'explain', argument: '<ID>', words: 'faults', description: 'what a fault is and what to do', groups: [], flags: [TEXT] },
  { name: 'endpoints', description: 'every endpoint, who must reach it, and what is measured', groups: ['config'], flags: [DATA] },
  { name: 'config view', description: 'the configuration in force, and where each value comes from', groups: ['config', 'gate'], flags: [PLAIN] },
  { name: 'config validate', argument: '[FILE...]', takesFile: true, description: 'every mistake of a configuration at once', groups: ['config', 'gate'] },
  { name: 'config schema', description: 'the JSON Schema of a configuration file', groups: [] },
  { name: 'coredns lint', argument: '<FILE>', takesFile: true, description: 'what is wrong with a Corefile, by line and column; - is standard input', groups: [], flags: [ZONE, FORWARD, { name: 'cluster-dns', argument: 'ADDRESS,...', description: "the cluster DNS Service's addresses, which nothing may forward to" }, DATA] },
  { name: 'coredns patch', description: 'a Corefile with the block for a private zone, as a diff, and the commands around it; applies nothing', groups: [], flags: [ZONE, FORWARD, { name: 'corefile', argument: 'FILE', takesFile: true, description: 'the Corefile to change; - is standard input' }, { name: 'distribution', argument: 'NAME', words: DISTRIBUTIONS, description: 'whose cluster this is' }] },
  { name: 'replay', argument: '<REPORT>', takesFile: true, description: 'judge a stored report again', groups: ['output'] },
  { name: 'completion', argument: '<bash|zsh|fish>', words: SHELLS, description: 'a script that completes commands and flags', groups: [] },
];
