// What a nameserver can only know from somebody upstream: the names of this run, and the root.

import type { View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { answered, names, question, timedOut } from './scene.ts';

export function dead(one: DnsObservation): boolean {
  return timedOut(one) || one.rcode === 'SERVFAIL';
}

export function outsideQuestions(view: View, server: Endpoint): readonly DnsProbe[] {
  const hosts = names(view).flatMap((host) =>
    (['A', 'AAAA'] as const).flatMap((type) => [question(server, host, type), question(server, host, type, 'tcp')]),
  );
  return [...hosts, question(server, '.', 'NS')];
}

/** A nameserver that only knows the cluster stands in for nobody. */
export function resolvesOutside(view: View, server: Endpoint): boolean {
  return outsideQuestions(view, server).some((probe) => {
    const reply = view.seen(probe);
    return answered(reply) && !dead(reply) && reply.rcode !== 'REFUSED';
  });
}
