// Does a check in the lab name the faults of faults/udp.ts, each as the only root cause?

import { udpFaults } from './faults/udp.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: udp', (lab) => faultTests(lab, udpFaults));
