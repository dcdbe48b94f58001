/**
 * When an object was modified, in milliseconds since 1970. Headers tell it in whole seconds, listings in milliseconds.
 * Generations have always been the microseconds since 1970 at which they were made, which no document promises: believed
 * only where it is the very second that the service tells. So a listing and a HEAD say the same.
 */
export function modifiedAt(generation: unknown, told: number): number {
  const made = Math.floor(Number(generation) / 1000);
  return secondOf(made) === secondOf(told) ? made : told;
}

function secondOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
