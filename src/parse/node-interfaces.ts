// Interfaces that network plugins make on a node and never inside a pod.

// docker0 is left out: a pod that runs Docker has one too. So is a bare veth: its name says nothing about its side.
const OF_NODES: readonly RegExp[] = [
  /^cni\d+$/,
  /^cbr0$/,
  /^flannel[.\d]/,
  /^cilium_(host|net|vxlan)$/,
  /^lxc[0-9a-f]{8,}$/,
  /^lxc_health$/,
  /^cali[0-9a-f]{8,}$/,
  /^vxlan\.calico$/,
  /^kube-ipvs0$/,
  /^kube-bridge$/,
  /^nodelocaldns$/,
  /^antrea-(gw|tun)0$/,
  /^ovn-k8s-mp0$/,
  /^weave$/,
  /^azv[0-9a-f]{8,}$/,
  /^eni[0-9a-f]{8,}$/,
  /^gke[0-9a-f]{8,}$/,
];

export function nodeInterfaces(names: readonly string[]): readonly string[] {
  return names.filter((name) => OF_NODES.some((pattern) => pattern.test(name)));
}
