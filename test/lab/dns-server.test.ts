// Does a check in the lab name the faults of faults/dns-server.ts, each as the only root cause?

import { dnsServerFaults } from './faults/dns-server.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: dns-server', (lab) => faultTests(lab, dnsServerFaults));
