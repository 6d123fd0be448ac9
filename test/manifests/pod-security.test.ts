// Does the written-out check of Pod Security "restricted" refuse what a cluster would refuse?

import { describe, expect, it } from 'vitest';
import { restrictedViolations, type Tree } from './pod-security.ts';

const SOUND_SECURITY = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

const pod = (spec: Tree, container: Tree = {}, security: Tree = {}): Tree => ({
  containers: [{ name: 'one', securityContext: { ...SOUND_SECURITY, ...security }, ...container }],
  ...spec,
});

describe('Pod Security restricted', () => {
  it('passes a sound pod, with what it must say said by the pod or by the container', () => {
    expect(restrictedViolations(pod({}))).toEqual([]);
    const { runAsNonRoot, seccompProfile, ...rest } = SOUND_SECURITY;
    const byPod = {
      securityContext: { runAsNonRoot, seccompProfile },
      containers: [{ name: 'one', securityContext: rest }],
    };
    expect(restrictedViolations(byPod)).toEqual([]);
  });

  it.each<[string, Tree]>([
    ['nothing said', { containers: [{ name: 'one' }] }],
    ['hostNetwork', pod({ hostNetwork: true })],
    ['hostPath', pod({ volumes: [{ name: 'v', hostPath: { path: '/' } }] })],
    ['an unsafe sysctl', pod({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } })],
    ['root by the pod', pod({ securityContext: { runAsUser: 0 } })],
    ['root by the container', pod({}, {}, { runAsUser: 0 })],
    ['may become root', pod({}, {}, { runAsNonRoot: false })],
    ['privileged', pod({}, {}, { privileged: true })],
    ['escalation', pod({}, {}, { allowPrivilegeEscalation: undefined })],
    ['capabilities kept', pod({}, {}, { capabilities: { drop: ['NET_RAW'] } })],
    ['a capability added', pod({}, {}, { capabilities: { drop: ['ALL'], add: ['NET_RAW'] } })],
    ['seccomp unconfined', pod({}, {}, { seccompProfile: { type: 'Unconfined' } })],
    ['procMount', pod({}, {}, { procMount: 'Unmasked' })],
    ['a host port', pod({}, { ports: [{ containerPort: 1, hostPort: 1 }] })],
    ['a probe of another host', pod({}, { livenessProbe: { httpGet: { host: '127.0.0.1', port: 1 } } })],
    ['an init container', pod({ initContainers: [{ name: 'two' }] })],
  ])('refuses %s', (_what, spec) => {
    expect(restrictedViolations(spec)).not.toEqual([]);
  });
});
