/** Remembers secrets that were in use lately, so that none of them is shown where a store repeats what it was sent. */
export class KnownSecrets {
  readonly #secrets = new Set<string>();

  add(...secrets: readonly string[]): void {
    if (this.#secrets.size > 30) this.#secrets.clear();
    for (const secret of secrets) if (secret !== "") this.#secrets.add(secret);
  }

  /** A text without them, nor anything else that looks like a token or signature. */
  remove(text: string): string {
    let shown = text;
    for (const secret of this.#secrets) shown = shown.replaceAll(secret, "***");
    return shown
      .replace(/\b(sig|signature|access_token|token|key)=[^&\s"'<>]+/gi, "$1=***")
      .replace(/\b(Bearer|SharedKey) +[\w.~+/:=-]+/gi, "$1 ***");
  }
}
