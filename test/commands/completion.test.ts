import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMANDS, SHELLS } from '../../src/commands/command-table.ts';
import { completion } from '../../src/commands/completion.ts';
import { capture } from './capture.ts';

async function script(shell: string): Promise<string> {
  const { out, stdout } = capture();
  expect(await completion(shell, out)).toBe(0);
  return stdout();
}

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

/** What bash offers after these words; the last one is being typed. */
function offers(source: string, ...words: string[]): string[] {
  const program = `${source}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _net_preflight; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', program, 'bash', 'net-preflight', ...words], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  it('is well formed where the shell is there to ask', async () => {
    for (const shell of SHELLS.filter(has)) {
      const checked = spawnSync(shell, ['-n'], { input: await script(shell), encoding: 'utf8' });
      expect([shell, checked.status, checked.stderr]).toEqual([shell, 0, '']);
    }
  });

  it.each(SHELLS)('%s knows every command and no unbalanced quote', async (shell) => {
    const text = await script(shell);
    for (const { name } of COMMANDS) expect(text).toContain(name.split(' ').at(-1));
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it('an unknown shell: exit 2', async () => {
    const { out, stderr } = capture();
    expect(await completion('bahs', out)).toBe(2);
    expect(stderr()).toBe('net-preflight: no completion for bahs; did you mean bash?\n');
  });

  it('bash offers what the tables say', async () => {
    const source = await script('bash');
    expect(offers(source, 'ch')).toEqual(['check']);
    expect(offers(source, '')).toEqual(expect.arrayContaining(['check', 'gate', 'config', 'explain', '--help']));
    expect(offers(source, 'config', '')).toEqual(['view', 'validate', 'schema']);
    expect(offers(source, 'config', 'view', '--ten')).toEqual(['--tenant']);
    expect(offers(source, 'check', '--depth', '')).toEqual(['quick', 'standard', 'deep']);
    expect(offers(source, 'check', '--depth', '=', 'qu')).toEqual(['quick']);
    expect(offers(source, 'check', '--depth', '=')).toEqual(['quick', 'standard', 'deep']);
    expect(offers(source, 'check', '--tenant', '')).toEqual([]);
    expect(offers(source, 'check', '--tenant', 'gate', '--wa')).toEqual(['--waive']);
    expect(offers(source, 'gate', '--wait')).toEqual(['--wait']);
    expect(offers(source, 'check', '-o', 'j')).toEqual(['json', 'junit']);
    expect(offers(source, 'list', '-o', '')).toEqual(['table', 'json', 'yaml']);
    expect(offers(source, 'list', 'f')).toEqual(['faults']);
    expect(offers(source, 'explain', 'udp443-dr')).toEqual(['udp443-drop']);
    expect(offers(source, 'check', '-f', '/etc/host')).toEqual(expect.arrayContaining(['/etc/hosts']));
    expect(offers(source, 'nonsense', '')).not.toContain('view');
  });
});
