const TEMPORARY = /^\.asyncdelta-[0-9a-f]{16}\.tmp$/;

/** The name of a file while it is written, made of 8 random bytes. */
export function temporaryName(random: Buffer): string {
  return `.asyncdelta-${random.toString("hex")}.tmp`;
}

/** Whether this is the name of a file that is still being written, or that a crash has left half-written. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}
