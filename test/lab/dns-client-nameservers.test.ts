// Does a check in the lab name the faults of faults/dns-client-nameservers.ts, each as the only root cause?

import { dnsClientNameserverFaults } from './faults/dns-client-nameservers.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: nameservers', (lab) => faultTests(lab, dnsClientNameserverFaults));
