const broken: string[] = [];

/** Notes a rule that does not hold. It does not throw: inside a source or a task that would pass for their own error. */
export function insist(condition: boolean, rule: string): void {
  if (!condition) broken.push(rule);
}

/** Throws if a rule has not held since this was last called. */
export function failIfBroken(): void {
  const [first] = broken.splice(0);
  if (first !== undefined) throw new Error(first);
}
