// What in the cluster would make an upgrade of CloudTaser fail or leave workloads unprotected.

import type { Fault } from '../../model/fault.ts';

export const upgradeCloudtaserFaults: readonly Fault[] = [
  {
    id: 'ct-crd-stale',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The installed CRDs are older than the operator about to be installed',
    explain: `Helm installs CRDs once and never upgrades them. A new operator then writes fields that the old
schema of CloudTaserConfig or SecretMapping does not know; they are dropped or refused.

A strict server-side dry run reports an unknown field, or the schema lacks what the target's
manifest declares. CRDs newer than the operator, say from the main branch, are a warning of the same
kind.

Apply the CRDs of exactly the target tag first, then run helm upgrade.`,
  },
  {
    id: 'ct-order',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'The components would be upgraded in the wrong order',
    explain: `The supported order is eBPF agent, operator, wrapper. An operator ahead of the agent, or a wrapper
ahead of the operator, makes the parts talk in versions that the other does not know yet.

Compare the planned images with what the DaemonSet, the Deployment and the injected pods run now.
Pods that merely keep an old wrapper are ct-wrapper-stale-pods.

Upgrade and verify the eBPF agent first, let its DaemonSet finish, then take the operator, then the
wrapper.`,
  },
  {
    id: 'ct-wrapper-stale-pods',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'Running pods still carry an older wrapper',
    explain: `The wrapper is put into a pod when the pod is created. After an upgrade, pods that were not
recreated go on with the old one, and fixes in the wrapper do not reach them.

Pods with the inject annotation have an init image whose tag differs from the chart's wrapper tag.
If they belong to StatefulSets, DaemonSets or CronJobs, the documented loop has missed them:
ct-restart-loop-gap.

Restart their owners with kubectl rollout restart, a few at a time, and check the init image
afterwards.`,
  },
  {
    id: 'ct-restart-loop-gap',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'Injected workloads exist that the documented restart loop does not cover',
    explain: `The upgrade guide restarts Deployments. Injected StatefulSets, DaemonSets and CronJobs are left as
they are and keep the old wrapper, with nobody told.

The inject annotation stands on pod templates of other kinds than Deployment. Stale pods of
Deployments are a loop that has not been run, or was interrupted: ct-wrapper-stale-pods.

Restart those kinds too: rollout restart works for StatefulSets and DaemonSets, and a CronJob's next
run picks the new wrapper up by itself.`,
  },
  {
    id: 'ct-webhook-no-endpoints',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: 'The injection webhook fails closed and has no ready backend',
    explain: `With failurePolicy Fail and no operator pod behind the Service, the API server rejects every pod
creation that the webhook matches. Rollouts, autoscaling and node replacement come to a halt.

A dry-run pod in an injected namespace fails with a message about missing endpoints, and the
EndpointSlices are empty or not ready. A timeout with ready endpoints is ct-webhook-unreachable; an
x509 error is ct-webhook-cabundle.

Bring the operator back. In an emergency set failurePolicy to Ignore, and put it back afterwards
(ct-webhook-ignore-left).`,
  },
  {
    id: 'ct-webhook-cabundle',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: "The webhook's caBundle does not match its serving certificate",
    explain: `A rotation or restore changed one of the two and not the other. The API server does not trust the
webhook any more and, failing closed, refuses the pods that it matches.

Decoding both shows that the bundle did not sign the certificate in cloudtaser-operator-certs; a dry
run gives x509, unknown authority. An expired certificate is ct-cert-expiry. An unanswered call is
ct-webhook-unreachable.

Restart the operator so that it patches the configuration again, then compare the two once more.`,
  },
  {
    id: 'ct-webhook-ignore-left',
    layer: 'upgrade',
    status: 'warn',
    severity: 'high',
    title: 'The injection webhook was left fail-open after an emergency',
    explain: `failurePolicy Ignore gets a cluster moving when the webhook is down. Left there, new pods start
unprotected whenever the operator hiccups, and nothing reports it.

The configuration says Ignore while the operator is healthy. If the whole webhook configuration is
missing although the operator is installed, no pod is injected at all, and that counts as a failure.

Set failurePolicy back to Fail, or reinstall the configuration, then look for pods created in the
meantime without the wrapper and restart them.`,
  },
  {
    id: 'ct-webhook-unreachable',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: "The API server cannot reach the webhook's port",
    explain: `In clusters with a private control plane a firewall stands between API server and nodes and passes
only a few ports. The webhook's is not among them, so each call runs into its timeout and pod
creation fails.

Endpoints are ready, and the webhook answers from inside the cluster, yet a dry run ends with
context deadline exceeded. No endpoints is ct-webhook-no-endpoints; x509 is ct-webhook-cabundle.

Permit the control plane's range to the nodes on the webhook's container port (not the Service
port). kubernetes/autoscaler#1820 shows the pattern.`,
  },
  {
    id: 'ct-cert-expiry',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'A webhook or broker certificate is near its end and was not rotated',
    explain: `cloudtaser-operator-certs or broker-tls expires within 30 days, though rotation should have happened
by then. When it expires, the API server stops trusting the webhook and pods are refused.

The notAfter date of the Secret's certificate decides; a date in the past is a failure. If the
node's clock is wrong, every certificate looks odd: tls-clock-skew.

Restart the operator, which renews at start, and confirm the new date. If it stays, read the
operator's log for missing permission on the Secret.`,
  },
  {
    id: 'ct-arch-mismatch',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'An amd64-only image could be scheduled on arm64 nodes',
    explain: `The image tags end in -amd64, and the cluster has arm64 nodes that nothing keeps these pods off.
There they die with exec format error, at once or when the scheduler next moves them.

Node labels for the architecture are compared with the tags and with nodeSelector or affinity in the
templates. If all pods are pinned to amd64, nothing is reported.

Add nodeSelector kubernetes.io/arch: amd64, or take a multi-architecture image if the release has
one.`,
  },
  {
    id: 'ct-ebpf-coverage',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The eBPF agent does not run on every node',
    explain: `Nodes without a ready agent are not protected, and the later steps of the upgrade assume that it is
everywhere. Taints without tolerations, NotReady nodes or a crashing agent are the usual reasons.

The DaemonSet's desired, updated and ready numbers differ, and the finding names the nodes without a
pod. A DaemonSet that is still rolling catches up; wait for it first.

Add the tolerations, repair the node, or read the log of the failing agent, then go on.`,
  },
  {
    id: 'ct-canary-selector-left',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'The webhook is still restricted to the canary namespace',
    explain: `For the trial the webhook's namespaceSelector was narrowed. After the full rollout it stayed so:
only the canary is injected, and everything else starts without protection although it is annotated.

The selector matches a single namespace while pod templates elsewhere carry the inject annotation. A
missing injection with a wide selector has another reason, see ct-webhook-ignore-left.

Restore the selector that the chart renders, and restart the workloads that were created without
injection in between.`,
  },
  {
    id: 'ct-dbproxy-rollback',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'A rollback of db-proxy could not read data written since the upgrade',
    explain: `The newer db-proxy writes values in a format that the older one does not understand. Going back
leaves everything written in between unreadable, until the newer version returns.

It concerns rollbacks only: the plan goes to a lower version, and the declared format versions of
the two differ. With equal formats a rollback is safe in this respect.

Go forward to a fixed version. If a rollback is unavoidable, restore the database from before the
upgrade along with it.`,
  },
];
