// What in the cluster would make an upgrade of any third-party tool fail.

import type { Fault } from '../../model/fault.ts';

export const upgradeToolsFaults: readonly Fault[] = [
  {
    id: 'tool-image-moved',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: "The image's repository was retired and new nodes cannot pull it",
    explain: `docker.io/bitnami, k8s.gcr.io and some quay.io paths were moved or closed. Pods go on with cached
images until they land on a fresh node or a rollback asks for an old tag; then the pull fails:
bitnami/charts#35164.

The reference has a known retired prefix, or the registry says that the manifest is unknown. 401 or
403 is a matter of credentials, 429 of rate limits.

Change to the new path or to your own mirror, for the rollback version as well.`,
  },
  {
    id: 'tool-removed-api',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'A manifest uses an API version that this cluster does not serve',
    explain: `The upgrade would apply kinds under a group and version that Kubernetes has removed, or that a CRD
does not offer yet. The API server answers that no such kind matches.

Discovery lacks the group, version and kind. If it was removed, the deprecation guide names the
successor; if it never existed here, a CRD is missing or old. Release history with such kinds is
helm-removed-api-manifest.

Convert the manifest or choose a chart version made for this cluster, before the API server itself
is upgraded.`,
  },
  {
    id: 'tool-compat',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The tool or its chart does not support this Kubernetes version',
    explain: `The chart's kubeVersion, or the tool's declared matrix, excludes the version of this cluster. Helm
refuses the first kind; the second kind installs and misbehaves.

The comparison honours suffixes: -eks or -gke in a server version make a constraint without -0 miss
although the number fits. That case asks for a corrected constraint and no upgrade.

Choose a supported pair of versions, and let the order of cluster and tool upgrades follow the
matrix.`,
  },
  {
    id: 'tool-rbac',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The new version needs permissions that its ServiceAccount does not have',
    explain: `Controllers gain verbs and resources from version to version. If the ClusterRole is managed apart
from the chart, the new pods start, log forbidden, and do half of their work.

A SubjectAccessReview for each declared rule says which are denied. If the chart itself brings the
rules and the installing user may not grant them, the upgrade is refused as an escalation instead.

Update the ClusterRole first, then upgrade. Re-run: kubectl auth can-i VERB RESOURCE --as
system:serviceaccount:NS:NAME.`,
  },
  {
    id: 'tool-webhook-down',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'A fail-closed webhook of another product will block this rollout',
    explain: `Some admission webhook matches the objects of this change, fails closed, and has no live backend.
Each pod or object that it intercepts is refused, whoever owns the change.

Rules, namespaceSelector and objectSelector match, the Service has no ready endpoints, and a dry run
quotes the webhook's name. One that matches nothing of ours, or fails open, is ignored.

Restore that product first. Where it is broken for good, its owner may set failurePolicy to Ignore
or delete the configuration.`,
  },
  {
    id: 'tool-pdb',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'A PodDisruptionBudget allows no disruption, so drains will stall',
    explain: `kubectl drain and node upgrades respect budgets. One that permits zero disruptions halts them, and
with them every plan that moves pods between nodes. Rolling updates of the workload itself do not
ask the budget.

disruptionsAllowed is 0. With all pods healthy the budget is too strict, for instance minAvailable
equal to replicas; with unhealthy pods it is doing its job, and those pods are the failure.

Heal the pods, add a replica, or relax the budget for the window.`,
  },
  {
    id: 'tool-quota',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'A quota or limit range would reject the new pods',
    explain: `Rolling updates create extra pods before old ones go. If ResourceQuota has no room for the surge, or
a LimitRange forbids the requested size, the controller cannot create them and the rollout hangs
without any pod to look at.

Used plus requested exceeds hard, or a dry run says exceeded quota. The message stands in the
ReplicaSet's or StatefulSet's events. Pods that exist and stay Pending are a question of nodes
instead.

Raise the quota for the window, or set maxSurge to 0.`,
  },
  {
    id: 'tool-backup-stale',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'There is no recent successful backup to go back to',
    explain: `Velero has no backup for this namespace, only partially failed ones, or none younger than the
declared age. The upgrade works without; the way back may not.

The phase and completion time of the Backup objects decide. If the BackupStorageLocation is
Unavailable, new backups fail too, and that comes first. Without permission to read them, nothing is
said.

Run velero backup create with the namespaces concerned, wait for Completed, then upgrade. Policy can
turn this warning into a failure.`,
  },
  {
    id: 'tool-immutable-field',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The upgrade would change a field that cannot be changed',
    explain: `volumeClaimTemplates and serviceName of a StatefulSet, label selectors, or a Service's clusterIP are
fixed at creation. The API server refuses the patch, and the release is left failed, half of its
objects updated.

A server-side dry run answers Forbidden or immutable and names the field. A change of kind, such as
DaemonSet to StatefulSet under one name, is a deletion and creation instead, and has its own risks.

Delete the object with --cascade=orphan so that pods survive, then upgrade at once.`,
  },
  {
    id: 'tool-rollout-stuck',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The workload is still in the middle of an earlier rollout',
    explain: `An unfinished rollout mixes revisions, and a new one on top makes it hard to tell which change broke
what. A StatefulSet that is stuck on a broken revision does not even recover when the template is
repaired.

Updated replicas are fewer than desired, observedGeneration lags, ProgressDeadlineExceeded is set,
the workload is paused, or a StatefulSet's two revisions differ. Wait a while if numbers still move.

Finish or undo the old rollout first. For the StatefulSet delete the broken pods by hand after
repairing the template.`,
  },
  {
    id: 'tool-apiservice-down',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'An aggregated API is unavailable and disturbs discovery',
    explain: `An APIService, typically metrics or custom metrics, points to a dead backend. Discovery then reports
errors; helm, kubectl and controllers that list all kinds fail or slow down, and autoscalers stand
still.

The APIService's Available condition is False, and discovery of just that group fails. If the API
server itself is slow for everything, this is not the cause. Removed versions are tool-removed-api.

Repair its backend. If the product was uninstalled, delete the leftover APIService object.`,
  },
  {
    id: 'tool-pull-ratelimit',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: "The registry's pull limit for this egress address is used up",
    explain: `Docker Hub counts anonymous pulls per public address, and all nodes behind one NAT share it. A
rollout on many nodes can exhaust it half way: some pods start, the others wait in ImagePullBackOff.

A HEAD request for a manifest returns 429 toomanyrequests, or a remaining count near zero in its
headers. 401 is a credential, and a hang is npa-registry-blob-cdn-blocked.

Add pull credentials, use a mirror or pull-through cache, or preload the nodes before the window.`,
  },
  {
    id: 'tool-node-not-ready',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'Some candidate nodes are not ready, cordoned or under pressure',
    explain: `Pods of the change will land on fewer nodes than planned, and a DaemonSet waits for those that
cannot run it. Together with anti-affinity it may leave no node for the second replica.

Node conditions and the unschedulable flag are counted among the nodes that match the workload's
selectors and tolerations. If none remains, it is a failure. Nodes outside those selectors do not
matter.

Repair or uncordon them first (kubectl describe node shows the reason), or accept the smaller set
knowingly.`,
  },
];
