// Does a check in the lab name the faults of faults/dns-client-sidecar.ts, each as the only root cause?

import { dnsClientSidecarFaults } from './faults/dns-client-sidecar.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: sidecar', (lab) => faultTests(lab, dnsClientSidecarFaults));
