// What a run says in one word, and the exit code that a gate reads.

export const STATUSES = ['pass', 'warn', 'fail', 'error', 'skip'] as const;
/** `error`: could not be evaluated. `skip`: not judged because something before it failed. */
export type Status = (typeof STATUSES)[number];

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const VERDICTS = ['Ready', 'ReadyWithWarnings', 'NotReady', 'Inconclusive'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The exit codes are the API of a gate: design.md section 1. */
export const EXIT = {
  ready: 0,
  internalError: 1,
  badInput: 2,
  notReady: 3,
  warnings: 4,
  inconclusive: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export const DEPTHS = ['quick', 'standard', 'deep'] as const;
export type Depth = (typeof DEPTHS)[number];
