// What in the state of Helm, Helm Operator or Flux releases would stop an upgrade or its rollback.

import type { Fault } from '../../model/fault.ts';

export const upgradeHelmFaults: readonly Fault[] = [
  {
    id: 'helm-pending',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The release is stuck in a pending state',
    explain: `The newest revision is pending-install, pending-upgrade or pending-rollback. Helm refuses to go on
because another operation is in progress. Either one really is, or it was killed half way and left
the mark behind: helm/helm#8987.

Age decides: younger than the operation's timeout means that somebody is deploying now, so wait.
Older means stuck.

Make sure that no pipeline is running, then helm rollback to the last deployed revision; if there is
none, delete the pending release Secret after saving a copy.`,
  },
  {
    id: 'helm-last-failed',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'The newest revision of the release is marked failed',
    explain: `Helm 3 can upgrade from a failed revision, though the cluster may hold a mixture of old and new
objects. Helm Operator will not touch the release at all until it is deployed again, and then this
counts as a failure (ho-not-deployed).

The status label of the newest release Secret says failed; older failed revisions below a deployed
one are ordinary history.

Read the description in helm history, cure that reason, then upgrade or roll back to a deployed
state.`,
  },
  {
    id: 'helm-removed-api-manifest',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: 'The stored release manifest uses kinds that the cluster no longer serves',
    explain: `Helm compares the new manifest with the stored one and asks the API server about both. Kinds that
Kubernetes has removed since make the upgrade fail, and the rollback too: helm/helm#11120.

The release Secret, decoded, names a group and version that discovery lacks. If only the new chart
has such kinds, it is tool-removed-api.

Rewrite the stored release with the helm mapkubeapis plugin, after saving the Secret. Best done
before the cluster's upgrade, while both versions are served.`,
  },
  {
    id: 'helm-ownership',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'Objects that the chart will create exist already and belong to somebody else',
    explain: `Helm adopts an object only if its managed-by label and the release annotations name this release.
Otherwise it stops with invalid ownership metadata and the whole upgrade fails.

The objects exist with another release's annotations, or with none because they were created by
hand. An object held by another HelmRelease of Helm Operator is ho-antecedent.

Decide who should own it. To adopt, set app.kubernetes.io/managed-by=Helm and the annotations
meta.helm.sh/release-name and release-namespace; otherwise rename or delete it.`,
  },
  {
    id: 'helm-no-rollback-target',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'There is no earlier good revision to roll back to',
    explain: `If the upgrade fails, helm rollback has nothing to return to: this is the first installation,
history-max has pruned the rest, or the older Secrets were deleted. Tools configured to roll back
automatically will then get stuck.

No revision below the newest has the status deployed or superseded. Failed ones do not count.

Save helm get values and helm get manifest now, keep the old chart at hand, and raise history-max
for the next time.`,
  },
  {
    id: 'helm-driver-mismatch',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The release history is stored where this Helm does not look',
    explain: `Helm keeps history in Secrets by default, but it may sit in ConfigMaps, in SQL or in another
namespace. With the wrong setting Helm says that the release has no deployed revisions, or tries to
install over the living objects.

Live objects are labelled as managed by Helm, no release Secret is found, and ConfigMaps with
owner=helm, or Secrets elsewhere, are. Without permission to list them, nothing is concluded.

Set HELM_DRIVER and the namespace as they were at installation, or migrate the history first.`,
  },
  {
    id: 'ho-not-deployed',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'Helm Operator skips this release because it is not in state deployed',
    explain: `The operator only upgrades releases whose Helm state is deployed. After a failed or interrupted
operation it leaves the release alone, time after time, and Git changes have no effect:
fluxcd/helm-operator#257.

The HelmRelease of helm.fluxcd.io shows a phase or status other than deployed and the release Secret
agrees. If the operator is not running at all, the observed generation lags instead:
ho-generation-unobserved.

Run helm rollback to the last deployed revision by hand and let the operator synchronise again.`,
  },
  {
    id: 'ho-antecedent',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'Objects are marked as belonging to another HelmRelease',
    explain: `Helm Operator stamps objects with the annotation helm.fluxcd.io/antecedent. A second HelmRelease
with the same release name, or a renamed one, meets the foreign mark and refuses to manage them.

The annotation differs from this release's namespace:helmrelease/name. Missing Helm annotations
without that mark are helm-ownership.

Correct releaseName or targetNamespace so that one HelmRelease owns the release. After a deliberate
move, change the annotation on the objects to the new owner.`,
  },
  {
    id: 'ho-values-invalid',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The values sources of the HelmRelease are missing or do not parse',
    explain: `valuesFrom refers to a ConfigMap, Secret, URL or file that does not exist and is not optional, to a
key that is absent, or to text that is no valid YAML. The operator cannot compose values and does
not sync.

The referenced object is not found or its key is missing; otherwise the text fails to parse, with
line and column. Forbidden is not missing: then nothing is concluded.

Create the object in the HelmRelease's namespace, correct the key, or mark it optional where that is
true.`,
  },
  {
    id: 'ho-chart-fetch',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The chart source cannot be fetched',
    explain: `The controller cannot download the chart: the repository's host is not reachable from the cluster,
credentials are wrong, or the version does not exist. Releases stay at the old version without any
failing pod.

ChartFetched is False, or the HelmChart, HelmRepository or OCIRepository is not Ready. The
repository's host is probed in layers too: DNS, TCP and TLS failures are network, 401 and 403 are
credentials, 404 is the name or version.

Repair the layer that the finding names, then reconcile the source.`,
  },
  {
    id: 'ho-generation-unobserved',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'The controller has not looked at the latest change',
    explain: `The HelmRelease was changed and its status still speaks of an older generation, for longer than the
sync interval, which is three minutes by default for Helm Operator. The operator is down, wedged, or
lacks access to the namespace.

observedGeneration is lower than generation, and the age of the change exceeds the interval. A
younger change only needs patience. A suspended one is flux2-suspended.

Look at the operator's pod and log, restart it if it hangs, and check its leader election.`,
  },
  {
    id: 'ho-eol',
    layer: 'upgrade',
    status: 'warn',
    severity: 'low',
    title: 'The release is managed by Helm Operator, which is end of life',
    explain: `Flux v1 and Helm Operator get no fixes any more, security ones included, and newer Kubernetes
versions are not tested with them. It still works, so upgrades need not stop for it.

The CRD of helm.fluxcd.io is installed and has objects. The CRD alone, without objects, is a
leftover and not reported.

Plan the migration to Flux v2. Take one release at a time, and do not leave two controllers on the
same one: flux-dual-controllers.`,
  },
  {
    id: 'flux2-stalled',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'Flux has given up on this HelmRelease',
    explain: `After its retries are used up, or when no revision exists to roll back to, the helm-controller sets
Stalled and stops trying. The Ready message may show an older error, so the end of trying is easily
overlooked: fluxcd/flux2#4772.

The Stalled condition is True with a reason such as RetriesExceeded or MissingRollbackTarget.
Without it, and with Ready False, Flux is still retrying.

Remove the first cause, then run flux reconcile helmrelease NAME --reset, with --force if it must
reinstall or upgrade.`,
  },
  {
    id: 'flux2-suspended',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'Reconciliation of this HelmRelease is suspended',
    explain: `spec.suspend is true, so changes in Git do not reach the cluster. Somebody stopped it on purpose,
often in an incident, and may have forgotten it. The planned upgrade would simply not happen.

The flag on the HelmRelease decides; a suspended Kustomization or source above has the same effect,
and is named when it can be read.

Ask who suspended it and why, compare the live values with Git, then flux resume helmrelease NAME.`,
  },
  {
    id: 'flux-dual-controllers',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'Helm Operator and Flux v2 both manage this release',
    explain: `During a migration the old and the new HelmRelease exist side by side for one Helm release. Each
undoes the other's upgrades; deleting the old one carelessly lets its finalizer uninstall the
workload.

Both kinds name the same release and namespace and neither is suspended or scaled down. Objects for
different releases may coexist without harm.

Scale Helm Operator to zero, take the finalizer off the old object, delete it, and confirm that the
Helm release is still deployed.`,
  },
];
