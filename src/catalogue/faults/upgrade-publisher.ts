// What in the cluster would make an upgrade of the Publisher chart fail: images, values, permissions, probes.

import type { Fault } from '../../model/fault.ts';

export const upgradePublisherFaults: readonly Fault[] = [
  {
    id: 'npa-image-latest',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'The image tag is not pinned, so replicas may run different builds',
    explain: `With latest and IfNotPresent a node keeps what it once pulled: the upgrade changes nothing on old
nodes and brings something unknown on new ones. The default image of the local-dns sidecar,
dockurr/dnsmasq:latest, has the same weakness.

Differing imageIDs among pods of one template prove it; a digest without a tag is fine.

Pin a version or digest for both images before rolling, and note the old digest for a rollback.`,
  },
  {
    id: 'npa-image-unpullable',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: 'The target image cannot be pulled',
    explain: `A wrong tag or registry, missing pull credentials, or a registry the node cannot reach. The first
replaced pod hangs in ImagePullBackOff and the rollout stops there.

The pod's waiting message names the kind: manifest unknown (tag), 401 or 403 (credentials), x509
(interception or private CA), no such host (DNS on the node), 429 (rate limit, see
tool-pull-ratelimit). A pull that starts and hangs is npa-registry-blob-cdn-blocked.

Correct the tag or imagePullSecrets, or open the node's way to the registry.`,
  },
  {
    id: 'npa-registry-blob-cdn-blocked',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'The registry answers, but the host that serves image layers is blocked',
    explain: `Pulling an image takes several hosts: the registry, an auth server, and a CDN to which layer
downloads are redirected. Allow-lists often name only the first, so manifests load and layers hang.

Follow the redirect: production.cloudflare.docker.com, production.cloudfront.docker.com or an
r2.cloudflarestorage.com host fails where the registry passes. The node pulls, not the pod, so from
a pod this is only a hint.

Permit auth.docker.io and the CDN hosts from the nodes, or mirror the image.`,
  },
  {
    id: 'npa-networking-mode-flip',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: 'The upgrade would silently move the Publisher from host to pod networking',
    explain: `Charts before 1.1 used the host network; from 1.1.0 on the default is pod mode. A release whose
values never set networking.mode changes its network, its DNS and its needs in one upgrade.

The live workload has hostNetwork true, the deployed chart is older than 1.1, the target is newer,
and the user's values have no networking.mode. If it is set, nothing flips.

Set networking.mode: host explicitly, upgrade, and change the mode later as a step of its own.`,
  },
  {
    id: 'npa-values-rejected',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: "The values contain keys that the target chart's schema refuses",
    explain: `Version 1.2.0 removed keys such as hostNetwork, dnsPolicy, securityContext and probe settings. Up to
1.3.1 they were ignored; since 1.3.2 an unknown key stops helm upgrade with a schema error.
bind.forwarders outside host mode is refused as well.

Nothing is changed in the cluster by the failure. Compare helm get values with the target's schema;
the finding lists the keys.

Remove them, or use their successors under networking, and try helm upgrade --dry-run.`,
  },
  {
    id: 'npa-sa-scc-lost',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'Permissions are bound to a ServiceAccount that the new chart no longer uses',
    explain: `Since 1.1.0 serviceAccount.create is false by default. The old account disappears with the upgrade,
and with it an OpenShift SCC binding or pull secrets attached to it. New pods run as default and are
denied.

RoleBindings name an account that the target manifest does not use. The label selector in the
chart's OpenShift guide selects nothing in that case.

Set serviceAccount.create to true, or bind SCC and pull secrets to the account that the new pods
really use.`,
  },
  {
    id: 'npa-readiness-blind',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'Readiness does not look at the tunnel, so a rollout will not stop on a dead one',
    explain: `The chart's probe checks a process and files. A pod whose tunnel cannot come up counts as Ready, and
the rolling update goes on to the next until all replicas carry nothing.

The probe's command is the chart's own. By itself it is a standing risk; together with a failing UDP
or DTLS finding it means that only a gate in front will halt the rollout.

Gate each rollout with this tool, keep maxUnavailable at 1, and pause after the first replica.`,
  },
  {
    id: 'npa-liveness-masks-egress',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'Blocked egress shows up only as a failing liveness probe',
    explain: `The enrollment script calls the API without a time limit. When packets are dropped it hangs, and
after some 90 seconds the liveness probe kills it. Events speak of probes and exit 137, not of the
network.

Restarts with exit 137 and Unhealthy events coincide with a silent TCP 443; a refusal would end the
script at once with another code. An API that is merely slow is http-slow-api.

Open the egress named by the tcp finding. Longer probes only hide it.`,
  },
  {
    id: 'npa-psa-reject',
    layer: 'upgrade',
    status: 'fail',
    severity: 'critical',
    title: "Pod Security admission rejects the Publisher's pods",
    explain: `The namespace enforces baseline or restricted, and pod mode needs NET_ADMIN and a hostPath device.
The workload object is accepted and its pods are not, so a DaemonSet or StatefulSet just stays short
of pods.

A server-side dry run of the rendered pod returns a PodSecurity violation; the namespace's enforce
label agrees. Other admission webhooks name themselves in the message.

Label the namespace pod-security.kubernetes.io/enforce=privileged, or use lwip mode, which needs
less.`,
  },
  {
    id: 'npa-kubeversion',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: "The cluster's Kubernetes version is outside what the chart accepts",
    explain: `The chart declares 1.27 as its minimum, and helm refuses older clusters outright. Versions newer
than 1.30 are not in its tested matrix, which is a warning and no more.

The API server's version, compared with the chart's kubeVersion, decides; node versions may lag
behind it.

Choose a chart version that supports this cluster, or upgrade the cluster first, as one step at a
time. Do not patch kubeVersion out of the chart.`,
  },
  {
    id: 'npa-proxy-not-honoured',
    layer: 'upgrade',
    status: 'warn',
    severity: 'medium',
    title: 'The configured proxy serves enrollment only, the tunnel ignores it',
    explain: `The chart's proxy values reach the shell scripts and their curl. The Publisher itself does not
support an explicit proxy according to its vendor, so its tunnel and pinned connections go out
directly.

Proxy use is switched on and direct TCP and UDP 443 are blocked: enrollment passes, the tunnel does
not. If direct egress works, the setting is harmless.

Open direct egress to the service ranges, UDP 443 above all. Keep the proxy for enrollment if it is
needed there.`,
  },
  {
    id: 'npa-localdns-crash',
    layer: 'upgrade',
    status: 'fail',
    severity: 'high',
    title: 'The local-dns sidecar cannot start with the capabilities it is given',
    explain: `The sidecar drops every capability but NET_BIND_SERVICE. Some dnsmasq builds want to change their
group at start, are not permitted to, and exit with code 5. The pod stays unready and its DNS is
dead.

The container local-dns crash-loops and logs that it failed to change group-id, operation not
permitted. A refused port without this log is dns-localdns-down.

Use an image that does not switch users, or add SETUID and SETGID to the sidecar by a patch, and pin
it.`,
  },
];
