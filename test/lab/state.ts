// What a run of the lab has made, written down so that the next start can remove what a crashed run left.
// Only recorded names are removed, and only processes whose pid and start time match, or that live in a recorded namespace.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, startTicks } from './processes.ts';

interface ProcessMark {
  readonly pid: number;
  readonly startTicks: string;
}

export interface LabState {
  readonly suffix: string;
  readonly owner: ProcessMark;
  namespaces: string[];
  /** Directories made by the run: its own under tmpdir, and /etc/netns/<namespace>. */
  directories: string[];
  processes: ProcessMark[];
}

const stateDirectory = join(tmpdir(), 'net-preflight-lab');

function statePath(suffix: string): string {
  return join(stateDirectory, `${suffix}.json`);
}

export function newState(suffix: string): LabState {
  mkdirSync(stateDirectory, { recursive: true, mode: 0o755 });
  const state: LabState = {
    suffix,
    owner: { pid: process.pid, startTicks: startTicks(process.pid) ?? '0' },
    namespaces: [],
    directories: [],
    processes: [],
  };
  saveState(state);
  return state;
}

export function saveState(state: LabState): void {
  writeFileSync(statePath(state.suffix), JSON.stringify(state));
}

export function recordProcess(state: LabState, pid: number): void {
  const ticks = startTicks(pid);
  if (ticks === null) return;
  state.processes.push({ pid, startTicks: ticks });
  saveState(state);
}

/** Removes everything a state names, then the state itself. Safe to repeat. */
export async function removeWorld(state: LabState): Promise<void> {
  for (const mark of state.processes) {
    if (startTicks(mark.pid) === mark.startTicks) kill(mark.pid);
  }
  for (const namespace of state.namespaces) {
    const inside = await runCommand('ip', ['netns', 'pids', namespace]);
    for (const pid of inside.stdout.split('\n').filter(Boolean)) kill(Number(pid));
  }
  for (const namespace of state.namespaces) await runCommand('ip', ['netns', 'del', namespace]);
  for (const directory of state.directories) rmSync(directory, { recursive: true, force: true });
  rmSync(statePath(state.suffix), { force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** Worlds whose owner is no longer alive. Returns the suffixes that were removed. */
export async function removeLeftovers(): Promise<string[]> {
  const removed: string[] = [];
  for (const state of readStates()) {
    if (startTicks(state.owner.pid) === state.owner.startTicks) continue;
    await removeWorld(state);
    removed.push(state.suffix);
  }
  return removed;
}

function readStates(): LabState[] {
  let names: string[];
  try {
    names = readdirSync(stateDirectory);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const state = JSON.parse(readFileSync(join(stateDirectory, name), 'utf8')) as LabState;
      return typeof state.suffix === 'string' && isOurs(state) ? [state] : [];
    } catch {
      return [];
    }
  });
}

/** tmpdir may be writable by others: a state may only name what a lab would have made. */
function isOurs(state: LabState): boolean {
  const prefix = `npf-${state.suffix}-`;
  return (
    /^[0-9a-f]{6}$/.test(state.suffix) &&
    state.namespaces.every((name) => name.startsWith(prefix)) &&
    state.directories.every(
      (path) => path.startsWith(`/etc/netns/${prefix}`) || path.startsWith(join(tmpdir(), prefix)),
    )
  );
}
