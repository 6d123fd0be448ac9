// What CoreDNS itself says to a Corefile: the real program, started in a network namespace of its own and ended at once.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const VERSION = '1.14.7';
export const COREDNS = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  `net-preflight/tools/coredns-${VERSION}`,
);
const DEADLINE_MS = 20_000;

/** Why the comparison cannot be made on this machine, or null. */
export function corednsMissing(): string | null {
  try {
    accessSync(COREDNS, constants.X_OK);
  } catch {
    return `${COREDNS} is not there: build it from test/tools/coredns`;
  }
  try {
    execFileSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `no network namespace can be made here: ${String(error).split('\n')[0]}`;
  }
}

export interface Verdict {
  readonly started: boolean;
  /** Its last words, when it refused. */
  readonly words: string;
  /** It refused for what this machine is or lacks, not for what is written. */
  readonly machine: boolean;
}

/** Not in the text: files that do not exist, addresses and interfaces that this machine has not, and no cluster around. */
const MACHINE =
  /unable to load in-cluster|cannot assign requested address|no such file or directory|not a valid IP address or interface name|no such device|tls: failed|address already in use|permission denied/;

export interface Oracle {
  /** Where relative paths begin. */
  readonly folder: string;
  ask(corefile: string, env?: Readonly<Record<string, string>>): Promise<Verdict>;
  close(): void;
}

export function corednsOracle(files: Readonly<Record<string, string>> = {}): Oracle {
  const folder = mkdtempSync(join(tmpdir(), 'net-preflight-corefile-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const running = new Set<ChildProcess>();
  let count = 0;
  return {
    folder,
    ask(corefile, env = {}) {
      const path = join(folder, `Corefile.${++count}`);
      writeFileSync(path, corefile);
      return new Promise((done, failed) => {
        // unshare and sh replace themselves: the child is CoreDNS, and its id is what is killed.
        const script = 'ip link set lo up && exec "$0" -conf "$1" -dns.port 53';
        const child = spawn('unshare', ['--net', 'sh', '-c', script, COREDNS, path], {
          cwd: folder,
          env: { PATH: process.env.PATH, GOMAXPROCS: '1', ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        running.add(child);
        let said = '';
        let started = false;
        const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
        const hear = (chunk: Buffer) => {
          if (said.length < 100_000) said += chunk.toString();
          // Printed when everything listens.
          if (!started && /^CoreDNS-\d/m.test(said)) {
            started = true;
            child.kill('SIGKILL');
          }
        };
        child.stdout.on('data', hear);
        child.stderr.on('data', hear);
        child.on('error', failed);
        child.on('close', (code, signal) => {
          clearTimeout(timer);
          running.delete(child);
          rmSync(path, { force: true });
          if (!started && signal === 'SIGKILL') failed(new Error(`CoreDNS neither started nor refused:\n${corefile}`));
          const words = said.trim().split('\n').at(-1) ?? '';
          done({
            started,
            words: started ? '' : words || `exit code ${code}`,
            machine: !started && MACHINE.test(said),
          });
        });
      });
    },
    close() {
      for (const child of running) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
