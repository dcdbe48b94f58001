/** Rejects when a promise does, so that others are not waited for; settles in no other way. */
export function failureOf(promise: Promise<unknown> | undefined): Promise<never> {
  return new Promise((_, reject) => {
    promise?.catch(reject);
  });
}
