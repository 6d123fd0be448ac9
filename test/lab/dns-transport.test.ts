// Does a check in the lab name the faults of faults/dns-transport.ts, each as the only root cause?

import { dnsTransportFaults } from './faults/dns-transport.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: dns-transport', (lab) => faultTests(lab, dnsTransportFaults));
