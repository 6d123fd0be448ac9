// What would cost a Publisher its identity in the tenant, or keep it from enrolling again.

import type { Fault } from '../../model/fault.ts';

export const upgradePublisherIdentityFaults: readonly Fault[] = [
  {
    id: 'npa-daemonset-shared-name',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'All pods of the DaemonSet would enroll under one and the same name',
    explain: `In API mode the chart appends the pod's name for StatefulSets only. A DaemonSet on more than one
node enrolls every pod under one common name: the second one stops because the name is connected
already, or both share an identity.

It needs kind DaemonSet, API enrollment and more than one schedulable node. A StatefulSet with this
symptom is npa-publisher-still-connected.

Use a StatefulSet, or one release per node with names of their own.`,
  },
  {
    id: 'npa-publisher-still-connected',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'The tenant still shows the Publisher as connected, so its successor is refused',
    explain: `The enrollment script stops when a record of its name is connected. After a fast restart without
persisted identity, the tenant has not noticed the loss yet; the new pod crash-loops until it does.

Exactly one record matches, its status is connected, and the pod to be replaced keeps its identity
on an emptyDir. Two records are npa-publisher-duplicate.

Persist the identity, or drain and wait between replicas. Expect some restarts, and do not delete
the record in haste: its app assignments go with it.`,
  },
  {
    id: 'npa-publisher-duplicate',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: "Two tenant records match the Publisher's name",
    explain: `The script compares its name with both common name and publisher name, and refuses to choose among
several matches. Enrollment ends there until someone tidies up.

The tenant's list shows more than one matching record, commonly a leftover of an earlier test or
reinstallation. A single record in state connected is npa-publisher-still-connected; none, where one
is expected, may be npa-scoped-credential.

Find out which record carries the private apps, keep that one, delete or rename the other, then
restart the pod.`,
  },
  {
    id: 'npa-statefulset-shared-pvc',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: 'All replicas of the StatefulSet share one identity volume',
    explain: `With persistence.enabled the chart mounts one claim into every replica; it makes no claim per pod.
On ReadWriteOnce storage the second replica hangs with Multi-Attach, on shared storage both become
the same Publisher.

Look for a persistentVolumeClaim among the pod's volumes rather than volumeClaimTemplates, with more
than one replica.

In API mode set persistence.enabled to false, since pods enroll again by themselves. For token mode
use one release per Publisher.`,
  },
  {
    id: 'npa-token-mode-no-persistence',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: 'Replacing this pod destroys its only identity',
    explain: `Token mode enrolls once with a token that is used up, and the result lies on an emptyDir. Any
restart, drain or upgrade deletes it, and the new pod has nothing to enroll with.

The init container is the enrolling one and the volume for /home/resources is an emptyDir. With a
claim in its place, or in API mode, a restart is survivable.

Do not roll it. Move to API mode or to a persistent volume first, with a fresh token ready.`,
  },
  {
    id: 'npa-secret-missing',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: 'A Secret or key that the pod refers to does not exist',
    explain: `Pods stay in CreateContainerConfigError, or start with an empty token. Existing pods do not notice
until they are replaced, so the gap can be old.

The Secret is absent, lacks the named key, or its value is empty. Forbidden is not absent: without
permission to read Secrets this is not evaluated. A key that exists and is rejected by the tenant is
http-token-invalid.

Create the Secret in the release's namespace under the names that the values use (existingSecret and
its key), without a newline at the end.`,
  },
  {
    id: 'npa-cleanup-on-delete',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: "Each pod stop would delete the Publisher's record in the tenant",
    explain: `cleanupOnDelete adds a preStop hook that removes the record. It was meant for uninstalling, but a
rolling restart stops pods too: the record goes, and the one created in its place has no private
apps assigned.

The live pods' preStop contains a DELETE on the publishers API, and a rollout is planned. The hook
of the old pods is what counts, even if the new values drop it.

Set it to false and make sure that the running pods were created without the hook before any further
restart.`,
  },
  {
    id: 'npa-scoped-credential',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The credential cannot see the existing Publisher record',
    explain: `A credential limited by label sees only matching records. The list looks empty, the script concludes
that the name is free, and it makes a duplicate or gets 403 or 409.

The list is 200 and lacks a name that the console shows. An empty list never proves that a name is
unused. A 403 on the list itself is http-token-scope.

Put the credential's label on the existing record, or use a credential that covers it, before pods
are replaced.`,
  },
];
