// Where a command writes: stdout carries the result and nothing else, stderr everything about it.

export interface Out {
  readonly stdout: (text: string) => Promise<void> | void;
  readonly stderr: (text: string) => void;
}
