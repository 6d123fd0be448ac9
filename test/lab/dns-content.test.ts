// Does a check in the lab name the faults of faults/dns-content.ts, each as the only root cause?

import { dnsContentFaults } from './faults/dns-content.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: dns-content', (lab) => faultTests(lab, dnsContentFaults));
