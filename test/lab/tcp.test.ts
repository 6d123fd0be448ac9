// Does a check in the lab name the faults of faults/tcp.ts, each as the only root cause?

import { tcpFaults } from './faults/tcp.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: tcp', (lab) => faultTests(lab, tcpFaults));
