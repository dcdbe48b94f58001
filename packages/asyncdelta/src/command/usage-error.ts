/** The command was called wrongly: exit status 2. The message says what was wrong. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
