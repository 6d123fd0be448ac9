// What the pod itself lacks or has wrong before any packet is sent.

import type { Fault } from '../../model/fault.ts';

export const environmentFaults: readonly Fault[] = [
  {
    id: 'env-tun-missing',
    layer: 'environment',
    status: 'fail',
    severity: 'critical',
    title: '/dev/net/tun does not exist in the container',
    explain: `In pod mode the Publisher builds its tunnel on a TUN device, and the container has none. With the
chart's hostPath of type CharDevice the pod may not start at all: the event then says that the
hostPath type check failed. On kind and other nested nodes the device is often absent from the node
as well.

Opening the path gives no such file. If the path exists and is something else, it is
env-tun-wrong-type; if it exists and opening is denied, env-tun-eperm. In lwip mode no device is
needed, and in a pod that is not the Publisher its absence proves nothing.

Enable tunDevice in the chart's values, run modprobe tun on the node and make it permanent. For kind
add /dev/net/tun to the node's extraMounts.`,
  },
  {
    id: 'env-tun-wrong-type',
    layer: 'environment',
    status: 'fail',
    severity: 'critical',
    title: '/dev/net/tun exists but is not the TUN device',
    explain: `At the place of the device there is a regular file, a directory or another device. A hostPath
without a type creates a directory when the node has no such path, and a helpful script may have
touched a file there. The Publisher fails when it opens it.

stat shows that it is not a character device with major 10 and minor 200. If nothing is there, it is
env-tun-missing. If the numbers are right and opening gives no such device, the kernel module is not
loaded; if it gives operation not permitted, env-tun-eperm.

On the node remove the wrong file, load the tun module, and check with ls -l /dev/net/tun, which
should show crw and 10, 200. Give the hostPath the type CharDevice, so that kubelet reports this
before the container starts.`,
  },
  {
    id: 'env-tun-eperm',
    layer: 'environment',
    status: 'fail',
    severity: 'critical',
    title: 'The container runtime forbids opening the TUN device',
    explain: `The device is there with the right numbers, and the runtime's device rules do not allow it. runc
releases from 1.2.0 to 1.2.3 had removed it from their default list, and hardened runtimes do so on
purpose. The same manifest worked before the node's runtime was updated.

open() fails with operation not permitted although CAP_NET_ADMIN is present. Permission denied would
be file modes or SELinux. If open succeeds and the next step, creating the interface, is not
permitted, the capability is missing: env-netadmin-missing. No such device means that the module is
not loaded.

Update runc to 1.2.4 or later on the nodes (opencontainers/runc#3468 has the background), use a
device plugin for TUN, or run the container privileged.`,
  },
  {
    id: 'env-netadmin-missing',
    layer: 'environment',
    status: 'fail',
    severity: 'critical',
    title: 'CAP_NET_ADMIN is not granted to the container',
    explain: `Creating the tunnel interface and its routes needs the NET_ADMIN capability. A security context
without it, a policy that strips it, or a runtime profile leaves the Publisher unable to set up its
network in pod mode.

Bit 12 of CapEff in /proc/self/status is clear. If it is set and opening the device fails
nevertheless, see env-tun-eperm. In lwip mode the capability is not needed. A check that runs in
another pod sees its own capabilities and not the Publisher's, so compare the pod specs too.

Add NET_ADMIN under securityContext.capabilities, as the chart does by default, and find out who
removed it: Pod Security admission (npa-psa-reject), an OpenShift SCC bound to another account
(npa-sa-scc-lost), or a mutating policy.`,
  },
  {
    id: 'env-netraw-missing',
    layer: 'environment',
    status: 'warn',
    severity: 'low',
    title: 'CAP_NET_RAW is not granted to the container',
    explain: `The Publisher asks for raw sockets next to NET_ADMIN. Some runtimes, CRI-O among them, and most
hardening guides leave NET_RAW out of the defaults. Depending on the version, diagnostics such as
ping stop working, or the start fails.

Bit 13 of CapEff in /proc/self/status is clear while bit 12 is set. With both clear, begin with
env-netadmin-missing. In lwip mode neither is expected. If the pod template asks for the capability
and the running process lacks it, a policy or the runtime dropped it on the way, and the next
rollout will meet the same policy.

Add NET_RAW to the container's capabilities and to the allowed list of the SCC or admission policy
in force. Nothing needs doing for lwip mode.`,
  },
  {
    id: 'env-iptables-unusable',
    layer: 'environment',
    status: 'fail',
    severity: 'high',
    title: 'The iptables variant in the image does not work with this kernel',
    explain: `Recent enterprise kernels ship without the legacy iptables modules, and an image that calls
iptables-legacy finds no tables. The reverse happens on old kernels without nftables support. The
Publisher's rules are then not installed and traffic does not reach the tunnel.

One variant reports that the table does not exist and the other lists rules without complaint;
/proc/net/ip_tables_names is absent where legacy is missing. If both variants say operation not
permitted, it is the capability. If neither tool is in the image, this cannot be judged from here.

Switch the image's alternative to the variant that works, iptables-nft in most cases, or load
ip_tables and iptable_nat on the nodes and keep them loaded. The chart's start script picks a
working variant when it can.`,
  },
  {
    id: 'env-procsys-readonly',
    layer: 'environment',
    status: 'warn',
    severity: 'low',
    title: 'Kernel settings under /proc/sys cannot be written',
    explain: `The pod cannot change sysctls because /proc/sys is mounted read-only, as it is in most unprivileged
containers. The chart knows that, skips the tuning and carries on, so by itself this harms nothing.

A write to a setting of the pod's own network namespace gives read-only file system. Permission
denied would be a capability or SELinux. It matters only when something depends on the write: the
request to switch IPv6 off is skipped, and if IPv6 is advertised but broken here, clients may stall
on it, see dnsx-aaaa-unroutable.

Leave it alone unless IPv6 must be off. In that case set net.ipv6.conf.all.disable_ipv6 through the
pod's securityContext.sysctls (kubelet must allow that name), or on the node.`,
  },
  {
    id: 'env-sandboxed-runtime',
    layer: 'environment',
    status: 'fail',
    severity: 'critical',
    title: 'The pod runs in a sandbox that cannot offer a TUN device',
    explain: `gVisor, Kata Containers, Fargate and GKE Autopilot keep pods away from the node's kernel. Privileged
mode, hostPath devices or NET_ADMIN are impossible or without effect there, so pod mode and host
mode of the Publisher cannot work.

/proc/version or boot messages name gVisor, hints of a small hypervisor are present, the node
carries a Fargate label, or the pod has a runtimeClassName. On a normal node with the device
missing, it is env-tun-missing. A denial by admission in a normal cluster is npa-psa-reject.

Schedule the Publisher on a standard node pool with nodeSelector and tolerations, or use lwip mode,
which needs neither device nor privilege. Check that the other requirements of that mode, its image
among them, are met first.`,
  },
  {
    id: 'env-port53-conflict',
    layer: 'environment',
    status: 'fail',
    severity: 'high',
    title: 'Host mode: port 53 on the node is already taken',
    explain: `On the host network the Publisher starts its own BIND, which wants port 53 on all addresses. The
node has a resolver there already, such as dnsmasq, a NodeLocal cache or systemd-resolved with an
extra listener, and BIND cannot bind.

/proc/net/udp and /proc/net/tcp show a socket on 0.0.0.0:53 or on the very address BIND wants. A
listener on 127.0.0.53 alone does not collide and is fine. In pod mode the namespace is the pod's
own and the question does not arise. A BIND that starts and forwards to itself is another matter,
visible as failing lookups.

Prefer pod mode. Otherwise move the node's resolver off port 53, or confine it to its own address,
and see that kubelet's resolv.conf still points somewhere useful.`,
  },
  {
    id: 'env-resources-unwritable',
    layer: 'environment',
    status: 'fail',
    severity: 'critical',
    title: 'The enrollment directory /home/resources cannot be written',
    explain: `Enrollment stores keys and settings there. Wrong ownership, a missing fsGroup, SELinux labels, a
volume mounted read-only or a full disk make the write fail, and the Publisher starts over with each
restart. In token mode the one-time token may already be spent by then.

A write test as the target user fails, and the error tells which: permission denied is ownership or
SELinux, read-only file system is the mount, no space left is the disk or quota. lwip mode runs as
uid 65532 and needs the matching fsGroup. The test has to run with the Publisher's own volume and
user; elsewhere it is not evaluated.

Set fsGroup, or the SCC and SELinux type, repair the claim or free space. Do this before using a
token.`,
  },
  {
    id: 'env-agent-starved',
    layer: 'environment',
    status: 'error',
    severity: 'medium',
    title: 'The check itself was short of CPU, so its timings cannot be trusted',
    explain: `The container's CPU limit is too tight, or the node is overloaded. Replies arrive in time and are
read too late, and healthy services seem to time out. No conclusion about the network is drawn from
such a run: it is inconclusive.

The event loop's lag takes a large share of the probe timeouts, nr_throttled in the cgroup's
cpu.stat rises, and even a control on loopback is late. If the loopback control is punctual, the
timeouts are real. Late answers from one resolver only are that resolver's.

Raise the CPU limit, or remove it and keep a request, for this container, and run again. On a busy
node run it elsewhere for comparison, and distrust other timeouts measured on that node as well.`,
  },
  {
    id: 'env-not-representative',
    layer: 'environment',
    status: 'warn',
    severity: 'medium',
    title: 'This pod is not treated by the network like the pod that it stands for',
    explain: `Network policies select by label and namespace, NAT can depend on the node, meshes on annotations. A
check in a pod with other labels, on another node pool or with another network mode measures another
network, and a pass may mean little for the Publisher.

With API access the pod's own spec is compared with the workload's template: policies that select
one and not the other, hostNetwork, nodeSelector, service account, mesh injection. The differences
are listed. Without API access nothing is said about it, neither good nor bad. If both pods are
selected alike, results carry over.

Run it inside the workload: as an init container gate, or as an ephemeral container of a Publisher
pod. A one-off pod should copy the target's labels, namespace, node selector and network mode.`,
  },
];
