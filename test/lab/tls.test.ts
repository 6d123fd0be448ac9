// Does a check in the lab name the faults of faults/tls.ts, each as the only root cause?

import { tlsFaults } from './faults/tls.ts';
import { faultTests, labSuite } from './suite.ts';

labSuite('faults: tls', (lab) => faultTests(lab, tlsFaults));
