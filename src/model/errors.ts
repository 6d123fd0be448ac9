// The two error classes of the project. Anything else that is thrown is a bug (exit 1).

import type { Failure } from './failure.ts';

/** From a door in `net/` to a probe: the network said no. A result, not an exception, once a probe has caught it. */
export class NetworkError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`${failure.operation}: ${failure.code}: ${failure.detail}`);
    this.name = 'NetworkError';
    this.failure = failure;
  }
}

/** Bad flags, environment, file or targets: every mistake at once, exit 2. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}
