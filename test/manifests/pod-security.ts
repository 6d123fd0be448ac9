// Pod Security Standard "restricted", written out (kubernetes.io/docs/concepts/security/pod-security-standards): what does a
// pod's spec break? It includes "baseline". Only what is allowed passes: an unknown volume type is a violation.

export type Tree = Readonly<Record<string, unknown>>;

const VOLUME_TYPES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);
const SELINUX_TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

export function restrictedViolations(spec: Tree): string[] {
  const pod = tree(spec.securityContext);
  const found = podViolations(spec, pod);
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of trees(spec[list])) {
      const name = String(container.name);
      found.push(...containerViolations(container, pod).map((what) => `${name}: ${what}`));
    }
  }
  return found;
}

function podViolations(spec: Tree, security: Tree): string[] {
  const found: string[] = [];
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) if (spec[field] === true) found.push(field);
  for (const volume of trees(spec.volumes)) {
    const types = Object.keys(volume).filter((key) => key !== 'name');
    for (const type of types) if (!VOLUME_TYPES.has(type)) found.push(`volume ${String(volume.name)} is a ${type}`);
  }
  for (const sysctl of trees(security.sysctls))
    if (!SAFE_SYSCTLS.has(String(sysctl.name))) found.push(`sysctl ${String(sysctl.name)}`);
  return [...found, ...commonViolations(security)];
}

function containerViolations(container: Tree, pod: Tree): string[] {
  const security = tree(container.securityContext);
  const found = commonViolations(security);
  const capabilities = tree(security.capabilities);
  if (security.privileged === true) found.push('privileged');
  if (security.allowPrivilegeEscalation !== false) found.push('allowPrivilegeEscalation is not false');
  if (!list(capabilities.drop).includes('ALL')) found.push('capabilities: ALL is not dropped');
  for (const added of list(capabilities.add))
    if (added !== 'NET_BIND_SERVICE') found.push(`capability ${String(added)}`);
  if (!['Default', undefined].includes(security.procMount as string)) found.push('procMount');
  if ((security.runAsNonRoot ?? pod.runAsNonRoot) !== true) found.push('runAsNonRoot is not true');
  const profile = tree(security.seccompProfile ?? pod.seccompProfile).type;
  if (profile !== 'RuntimeDefault' && profile !== 'Localhost') found.push('no seccompProfile');
  for (const port of trees(container.ports)) if ((port.hostPort ?? 0) !== 0) found.push('hostPort');
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = tree(container[kind]);
    for (const by of ['httpGet', 'tcpSocket']) if (tree(probe[by]).host !== undefined) found.push(`${kind}: host`);
  }
  return found;
}

/** What the pod and each container may say alike. */
function commonViolations(security: Tree): string[] {
  const found: string[] = [];
  const selinux = tree(security.seLinuxOptions);
  if (security.runAsNonRoot === false) found.push('runAsNonRoot is false');
  if (security.runAsUser === 0) found.push('runAsUser is 0');
  if (tree(security.windowsOptions).hostProcess === true) found.push('hostProcess');
  if (tree(security.seccompProfile).type === 'Unconfined') found.push('seccomp is unconfined');
  if (tree(security.appArmorProfile).type === 'Unconfined') found.push('AppArmor is unconfined');
  if (!SELINUX_TYPES.has(String(selinux.type ?? ''))) found.push('seLinuxOptions.type');
  if ((selinux.user ?? selinux.role) !== undefined) found.push('seLinuxOptions.user or role');
  return found;
}

export function tree(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function trees(value: unknown): readonly Tree[] {
  return list(value).map(tree);
}

/** The pod's spec in whatever holds one. */
export function podSpec(object: Tree): Tree | null {
  const spec = tree(object.spec);
  switch (object.kind) {
    case 'Pod':
      return spec;
    case 'CronJob':
      return tree(tree(tree(tree(spec.jobTemplate).spec).template).spec);
    case 'DaemonSet':
    case 'Deployment':
    case 'Job':
    case 'StatefulSet':
      return tree(tree(spec.template).spec);
    default:
      return null;
  }
}
