// Are the files of manifests/ sound by themselves: YAML, references, Pod Security, the configuration, one image?

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configValidate } from '../../src/commands/config-validate.ts';
import { MANIFESTS, manifests, packageVersion, readText } from './files.ts';
import { list, podSpec, restrictedViolations, type Tree, tree, trees } from './pod-security.ts';

const workloads = manifests.flatMap(({ path, objects }) =>
  objects.flatMap((object) => {
    const spec = podSpec(object);
    return spec === null ? [] : [{ path, object, spec, ours: containersOf(spec) }];
  }),
);

function containersOf(spec: Tree): readonly Tree[] {
  return [...trees(spec.initContainers), ...trees(spec.containers)].filter((one) => one.name === 'net-preflight');
}

it.each(manifests)('$path is YAML', ({ errors, objects }) => {
  expect(errors).toEqual([]);
  for (const object of objects) expect(object).not.toEqual({});
});

describe('kustomizations', () => {
  it.each(manifests.filter(({ path }) => path.endsWith('kustomization.yaml')))(
    '$path names what is there, and all of it',
    ({ directory, objects: [kustomization = {}] }) => {
      expect(['Kustomization', 'Component']).toContain(kustomization.kind);
      const named = [
        ...list(kustomization.resources),
        ...trees(kustomization.patches).map((patch) => patch.path),
        ...trees(kustomization.configMapGenerator).flatMap((generator) => list(generator.files)),
      ].map(String);
      for (const name of named) expect(existsSync(join(MANIFESTS, directory, name)), name).toBe(true);
      const files = manifests.filter((one) => one.directory === directory).map((one) => one.path);
      expect(files.toSorted()).toEqual(
        [...named, 'kustomization.yaml'].map((name) => join(directory, name)).toSorted(),
      );
    },
  );

  it('are in every directory, and the README tells of each', () => {
    const readme = readText('manifests/README.md');
    for (const { directory } of manifests) {
      expect(statSync(join(MANIFESTS, directory, 'kustomization.yaml')).isFile()).toBe(true);
      expect(readme).toContain(`\`${directory}/\``);
    }
  });
});

describe('workloads', () => {
  it.each(workloads)('$path passes Pod Security "restricted", and goes beyond it', ({ spec, ours }) => {
    expect(restrictedViolations(spec)).toEqual([]);
    for (const { securityContext } of ours) {
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsUser: 65532, runAsGroup: 65532 });
    }
  });

  const whole = workloads.filter(({ ours }) => ours.length > 0);

  it('there are four: the one-off, two gates, the report', () => {
    expect(whole.map(({ object }) => object.kind).toSorted()).toEqual(['CronJob', 'DaemonSet', 'Pod', 'StatefulSet']);
  });

  it.each(whole)('$path: one image, limits, a message, and who it is', ({ ours }) => {
    expect(ours).toHaveLength(1);
    const [container = {}] = ours;
    expect(container.image).toBe(`net-preflight:${packageVersion()}`);
    expect(container.command).toBeUndefined();
    expect(container.terminationMessagePolicy).toBe('FallbackToLogsOnError');
    const { requests, limits } = tree(container.resources);
    expect(tree(requests)).toMatchObject({ cpu: expect.any(String), memory: expect.any(String) });
    expect(Object.keys(tree(limits))).toEqual(['memory']);
    expect(trees(container.env).map((one) => one.name)).toEqual(['POD_NAME', 'POD_NAMESPACE', 'NODE_NAME']);
  });

  it.each(whole.filter(({ path }) => !path.startsWith('gate/')))('$path: no token, no service links', ({ spec }) => {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
    });
  });

  it('both gates are the same', () => {
    const [daemonset, statefulset] = ['daemonset', 'statefulset'].map((kind) =>
      readText(`manifests/gate/${kind}.yaml`),
    );
    expect(statefulset).toBe(daemonset?.replace('kind: DaemonSet', 'kind: StatefulSet'));
  });

  it('the CronJob neither piles up nor repeats a verdict', () => {
    const cronJob = whole.find(({ object }) => object.kind === 'CronJob')?.object ?? {};
    expect(cronJob.spec).toMatchObject({ concurrencyPolicy: 'Forbid' });
    const job = tree(tree(tree(cronJob.spec).jobTemplate).spec);
    expect(job).toMatchObject({ activeDeadlineSeconds: 300, ttlSecondsAfterFinished: 86400 });
    const rules = trees(tree(job.podFailurePolicy).rules);
    expect(rules.find((rule) => rule.action === 'FailJob')).toMatchObject({
      onExitCodes: { containerName: 'net-preflight', operator: 'In', values: [2, 3, 4] },
    });
  });
});

describe('the configuration', () => {
  it('is what `config validate` calls valid', async () => {
    const printed: string[] = [];
    const out = {
      stdout: async (text: string) => void printed.push(text),
      stderr: (text: string) => void printed.push(text),
      options: { color: false, width: 80, ascii: true },
    } as unknown as Parameters<typeof configValidate>[2];
    const code = await configValidate(
      [join(MANIFESTS, 'config/preflight.yaml')],
      { flags: {}, env: {}, mistakes: [] },
      out,
    );
    expect(code).toBe(0);
    expect(printed.join('')).toMatch(/^valid: profile netskope-publisher, \d+ targets/);
  });
});

describe('the README', () => {
  const [, overrides = ''] = /--overrides='(.+?)' --/s.exec(readText('manifests/README.md')) ?? [];

  it("its kubectl run makes oneoff's pod", () => {
    const { spec } = JSON.parse(overrides) as { spec: Tree };
    expect(restrictedViolations(spec)).toEqual([]);
    const pod = tree(workloads.find(({ path }) => path === 'oneoff/pod.yaml')?.spec);
    const { automountServiceAccountToken, enableServiceLinks } = pod;
    const [container = {}] = trees(pod.containers);
    const { name, terminationMessagePolicy, securityContext } = container;
    expect(spec).toEqual({
      automountServiceAccountToken,
      enableServiceLinks,
      containers: [{ name, terminationMessagePolicy, securityContext }],
    });
  });
});
