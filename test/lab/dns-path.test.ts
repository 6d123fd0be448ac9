// Does a check in the lab name the faults of faults/dns-path.ts, each as the only root cause?

import { dnsPathFaults } from './faults/dns-path.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: dns-path', (lab) => faultTests(lab, dnsPathFaults));
