// Where each distribution keeps the configuration of its cluster DNS, and how it is changed there safely.

export const DISTRIBUTIONS = ['kubeadm', 'eks', 'aks', 'gke', 'openshift', 'k3s', 'rke2'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

export interface Guide {
  readonly id: Distribution;
  /** What is changed: the Corefile itself, a file that it imports, or an object that makes it. */
  readonly form: 'corefile' | 'import' | 'stub-domains' | 'operator' | 'chart';
  /** Ends a sentence that begins with "The configuration is": `the ConfigMap kube-system/coredns`. */
  readonly place: string;
  readonly backup: readonly string[];
  readonly apply: readonly string[];
  readonly rollout: readonly string[];
  readonly logs: string;
  /** What to know before. */
  readonly note?: string;
}

const KUBE_SYSTEM = 'kubectl -n kube-system';
// The running CoreDNS refuses a bad file and goes on; a restart with it would not.
const COREDNS_ROLLOUT = [
  `${KUBE_SYSTEM} logs -l k8s-app=kube-dns --since=3m | grep -i -e reload -e error   # a minute later: "Reloading complete", or stop here`,
  `${KUBE_SYSTEM} rollout restart deployment/coredns`,
  `${KUBE_SYSTEM} rollout status deployment/coredns --timeout=120s`,
];
const LOGS = `${KUBE_SYSTEM} logs -l k8s-app=kube-dns --tail=20`;
// Owns the written keys only: labels and other keys stay.
const APPLY = 'kubectl apply --server-side --force-conflicts -f';
const COREFILE_BACKUP = [
  `${KUBE_SYSTEM} get configmap coredns -o yaml > coredns-backup.yaml`,
  `${KUBE_SYSTEM} get configmap coredns -o jsonpath='{.data.Corefile}' > Corefile`,
];

const CUSTOM_BACKUP = `${KUBE_SYSTEM} get configmap coredns-custom -o yaml --ignore-not-found > coredns-custom-backup.yaml`;

export const GUIDES: Readonly<Record<Distribution, Guide>> = {
  kubeadm: {
    id: 'kubeadm',
    form: 'corefile',
    place: 'the key Corefile of the ConfigMap kube-system/coredns',
    backup: COREFILE_BACKUP,
    apply: [
      'patch Corefile coredns.diff',
      `${KUBE_SYSTEM} create configmap coredns --from-file=Corefile --dry-run=client -o yaml | ${APPLY} -`,
    ],
    rollout: COREDNS_ROLLOUT,
    logs: LOGS,
  },
  eks: {
    id: 'eks',
    form: 'corefile',
    place:
      'the ConfigMap kube-system/coredns; where CoreDNS is a managed add-on, its configuration values own that ConfigMap',
    backup: [
      ...COREFILE_BACKUP,
      'aws eks describe-addon --cluster-name CLUSTER --addon-name coredns --query addon.configurationValues > addon-backup.json',
    ],
    apply: [
      'patch Corefile coredns.diff',
      'aws eks update-addon --cluster-name CLUSTER --addon-name coredns --resolve-conflicts OVERWRITE --configuration-values "$(jq -n --rawfile c Corefile \'{corefile: $c}\')"',
      `# not a managed add-on: ${KUBE_SYSTEM} create configmap coredns --from-file=Corefile --dry-run=client -o yaml | ${APPLY} -`,
    ],
    rollout: COREDNS_ROLLOUT,
    logs: LOGS,
    note: 'configuration values replace one another: add to those in addon-backup.json. In Auto Mode CoreDNS runs on the nodes and has no ConfigMap.',
  },
  aks: {
    id: 'aks',
    form: 'import',
    place:
      'the ConfigMap kube-system/coredns-custom, a key that ends in .server; the main Corefile is put back by the cluster',
    backup: [CUSTOM_BACKUP],
    apply: ['patch -p0 < coredns.diff', `${APPLY} coredns-custom.yaml`],
    rollout: COREDNS_ROLLOUT,
    logs: LOGS,
    note: 'with LocalDNS on the node pool the zone must be forwarded in its configuration too.',
  },
  k3s: {
    id: 'k3s',
    form: 'import',
    place:
      'the ConfigMap kube-system/coredns-custom, a key that ends in .server; the main Corefile is rewritten at every start',
    backup: [CUSTOM_BACKUP],
    apply: ['patch -p0 < coredns.diff', `${APPLY} coredns-custom.yaml`],
    rollout: COREDNS_ROLLOUT,
    logs: LOGS,
  },
  gke: {
    id: 'gke',
    form: 'stub-domains',
    place: 'the ConfigMap kube-system/kube-dns, key stubDomains',
    backup: [`${KUBE_SYSTEM} get configmap kube-dns -o yaml --ignore-not-found > kube-dns-backup.yaml`],
    apply: ['patch -p0 < coredns.diff', `${APPLY} kube-dns.yaml`],
    rollout: [
      `${KUBE_SYSTEM} rollout restart deployment/kube-dns`,
      `${KUBE_SYSTEM} rollout status deployment/kube-dns --timeout=120s`,
    ],
    logs: `${KUBE_SYSTEM} logs -l k8s-app=kube-dns --all-containers --tail=20`,
    note: 'stubDomains is one value: write zones that are there already into it as well. With Cloud DNS for GKE nothing in the cluster is read: make a forwarding zone there.',
  },
  openshift: {
    id: 'openshift',
    form: 'operator',
    place: 'spec.servers of the object dns.operator.openshift.io/default; the operator writes the Corefile',
    backup: ['oc get dns.operator/default -o yaml > dns-backup.yaml'],
    apply: [
      'patch -p0 < coredns.diff',
      'oc edit dns.operator/default   # spec.servers as in dns-default.yaml, beside those that are there',
    ],
    rollout: ['oc -n openshift-dns rollout status daemonset/dns-default --timeout=120s', 'oc get clusteroperator/dns'],
    logs: 'oc -n openshift-dns logs -l dns.operator.openshift.io/daemonset-dns=default -c dns --tail=20',
  },
  rke2: {
    id: 'rke2',
    form: 'chart',
    place: 'a HelmChartConfig named rke2-coredns in kube-system; the ConfigMap is written by the chart',
    backup: [
      `${KUBE_SYSTEM} get helmchartconfig rke2-coredns -o yaml --ignore-not-found > rke2-coredns-backup.yaml`,
      `${KUBE_SYSTEM} get configmap rke2-coredns-rke2-coredns -o jsonpath='{.data.Corefile}' > Corefile`,
    ],
    apply: ['patch -p0 < coredns.diff', `${APPLY} rke2-coredns.yaml`],
    rollout: [`${KUBE_SYSTEM} rollout status deployment/rke2-coredns-rke2-coredns --timeout=120s`],
    logs: LOGS,
    note: 'the list of servers replaces that of the chart, so the root block stands in it too.',
  },
};

/** To type afterwards: names of the cluster, the zone, and the log. */
export function verifyCommands(guide: Guide, zone: string): readonly string[] {
  const run = (name: string, question: string) =>
    `kubectl run ${name} --rm -i --restart=Never --image=busybox:1.36 -- nslookup ${question}`;
  return [
    run('dns-test-cluster', 'kubernetes.default.svc.cluster.local.'),
    run('dns-test-private', `-type=soa ${zone}.`),
    guide.logs,
  ];
}
