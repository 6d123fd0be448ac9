// Does a check in the lab name the faults of faults/dns-client-search.ts, each as the only root cause?

import { dnsClientSearchFaults } from './faults/dns-client-search.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: search list', (lab) => faultTests(lab, dnsClientSearchFaults));
