// What does kustomize make of manifests/, together with a Publisher as its chart renders it?

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { findProgram, goToolchain, toolBinary } from '../lab/requirements.ts';
import { recordEvent } from '../lab/results.ts';
import { MANIFESTS, manifests } from './files.ts';
import { podSpec, restrictedViolations, type Tree, tree, trees } from './pod-security.ts';

const NAME = 'kubernetes-netskope-publisher';
const IMAGE = 'registry.example.com/net-preflight:1.2.3';

interface Renderer {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const renderers: readonly Renderer[] = [
  ...optional('kubectl kustomize', findProgram('kubectl'), ['kustomize']),
  ...optional('kustomize build', pinned(), ['build']),
];

function optional(name: string, program: string | null, args: readonly string[]): Renderer[] {
  return program === null ? [] : [{ name, command: [program, ...args] }];
}

function pinned(): string | null {
  const binary = toolBinary({ name: 'kustomize', module: 'sigs.k8s.io/kustomize/kustomize/v5' });
  return existsSync(binary) ? binary : null;
}

if (renderers.length === 0) {
  const why = 'neither kubectl nor the kustomize of test/tools is here: npm run lab:setup builds it';
  const unobtainable = goToolchain() === null;
  recordEvent({ kind: 'skip', what: 'rendering manifests/', why, unobtainable });
  describe('manifests/, rendered', () => {
    if (process.env.CI === 'true' && !unobtainable) it('has what it needs', () => expect.fail(why));
    else it.skip(`needs kustomize: ${why}`, () => {});
  });
}

describe.each(renderers)('manifests/, rendered by $name', { timeout: 30_000 }, ({ command: [program, ...args] }) => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'npf-manifests-'));
    cpSync(MANIFESTS, directory, { recursive: true });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const build = (path: string): Tree[] => {
    const text = execFileSync(program, [...args, join(directory, path)], { encoding: 'utf8' });
    return parseAllDocuments(text).map((one) => tree(one.toJS()));
  };
  /** A user's own kustomization beside the directories of manifests/. */
  const overlay = (name: string, kustomization: Tree, publisher?: Tree): Tree[] => {
    const path = join(directory, name);
    cpSync(MANIFESTS, path, { recursive: true });
    if (publisher !== undefined) writeFileSync(join(path, 'publisher.yaml'), stringify(publisher));
    const images = [{ name: 'net-preflight', newName: 'registry.example.com/net-preflight', newTag: '1.2.3' }];
    writeFileSync(join(path, 'kustomization.yaml'), stringify({ namespace: 'npa', images, ...kustomization }));
    return build(name);
  };
  const kind = (objects: readonly Tree[], wanted: string): Tree => objects.find((one) => one.kind === wanted) ?? {};

  it('each base renders by itself', () => {
    const bases = manifests.filter(({ objects: [one] }) => one?.kind === 'Kustomization').map((one) => one.directory);
    expect(bases).toEqual(['config', 'cronjob', 'oneoff']);
    for (const base of bases) expect(build(base), base).toHaveLength(1);
  });

  it.each(['DaemonSet', 'StatefulSet'])('the gate comes first in a %s, which keeps what it had', (workload) => {
    const before = publisher(workload);
    const objects = overlay(
      `gate-${workload.toLowerCase()}`,
      { resources: ['publisher.yaml', 'config'], components: ['gate'] },
      before,
    );
    const after = kind(objects, workload);
    const spec = podSpec(after) ?? {};
    const [gate = {}, ...others] = trees(spec.initContainers);
    expect(gate).toMatchObject({ name: 'net-preflight', image: IMAGE, args: ['gate', expect.any(String)] });
    expect(others).toEqual(podSpec(before)?.initContainers);
    expect(spec.containers).toEqual(podSpec(before)?.containers);
    // The gate would pass in a restricted namespace, whatever the rest of the pod is.
    expect(restrictedViolations({ initContainers: [gate] })).toEqual([]);
    // The name of the generated ConfigMap is followed.
    const config = String(tree(kind(objects, 'ConfigMap').metadata).name);
    expect(config).toMatch(/^net-preflight-config-\w+$/);
    const volumes = trees(spec.volumes);
    expect(volumes).toContainEqual({ name: 'net-preflight-config', configMap: { name: config } });
    expect(volumes).toContainEqual({ name: 'resources', emptyDir: {} });
  });

  it('the gate leaves other workloads alone', () => {
    const other = publisher('DaemonSet', 'something-else');
    const objects = overlay('gate-other', { resources: ['publisher.yaml', 'config'], components: ['gate'] }, other);
    expect(podSpec(kind(objects, 'DaemonSet'))).toEqual(podSpec(other));
  });

  it('the report keeps its history in the claim', () => {
    const objects = overlay('report', { resources: ['config', 'cronjob'], components: ['cronjob-history'] });
    const spec = podSpec(kind(objects, 'CronJob')) ?? {};
    const claim = String(tree(kind(objects, 'PersistentVolumeClaim').metadata).name);
    expect(trees(spec.volumes)).toContainEqual({ name: 'history', persistentVolumeClaim: { claimName: claim } });
    expect(trees(spec.containers)[0]?.image).toBe(IMAGE);
    expect(restrictedViolations(spec)).toEqual([]);
  });
});

/** In the shape of the chart's template, in token mode, where it has an init container of its own. */
function publisher(kind: string, name = NAME): Tree {
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'npa' };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'npa-publisher', labels },
    spec: {
      ...(kind === 'StatefulSet' ? { serviceName: 'npa-headless', podManagementPolicy: 'Parallel', replicas: 2 } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: false,
          dnsPolicy: 'ClusterFirst',
          terminationGracePeriodSeconds: 30,
          initContainers: [{ name: 'enroll', image: 'publisher:1', command: ['/bin/bash'] }],
          containers: [
            { name: 'publisher', image: 'publisher:1', securityContext: { runAsUser: 0 } },
            { name: 'local-dns', image: 'dnsmasq:1' },
          ],
          volumes: [{ name: 'resources', emptyDir: {} }],
        },
      },
    },
  };
}
