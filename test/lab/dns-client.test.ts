// Does a check in the lab name the faults of faults/dns-client.ts, each as the only root cause?

import { dnsClientFaults } from './faults/dns-client.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: dns-client', (lab) => faultTests(lab, dnsClientFaults));
