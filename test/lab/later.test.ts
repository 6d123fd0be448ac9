// Faults that need not be named yet: is each still noticed, and is the world Ready again once it is healed?

import { expect, it } from 'vitest';
import { laterFaults } from './faults/index.ts';
import { diagnose, expectReady, faultTests, labSuite } from './suite.ts';

labSuite('faults not yet required', (lab) => {
  faultTests(
    lab,
    laterFaults.filter((fault) => fault.alreadyNamed === true),
  );

  for (const fault of laterFaults.filter((one) => one.alreadyNamed !== true)) {
    it(`${fault.id}: ${fault.how} (not named yet)`, async () => {
      const result = await diagnose(lab(), fault, true);
      expect(result.report, result.stderr).not.toBeNull();
      // Not knowing the cause is allowed, and so is a warning; a pass is not.
      if (fault.exitCode === 3) expect(result.report?.verdict).not.toBe('Ready');
      expect([0, 3, 5]).toContain(result.exitCode);
      expectReady(await lab().run(['check']));
    });
  }
});
