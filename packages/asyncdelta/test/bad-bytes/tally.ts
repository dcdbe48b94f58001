/** Counts how damaged tables ended, by the kind of file that was damaged. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  note(kind: string, code: string | undefined): void {
    const counts = this.#counts.get(kind) ?? new Map<string, number>();
    this.#counts.set(kind, counts.set(code ?? "read", (counts.get(code ?? "read") ?? 0) + 1));
  }

  count(kind: string, end: "read" | "error"): number {
    let sum = 0;
    for (const [code, count] of this.#counts.get(kind) ?? []) if ((code === "read") === (end === "read")) sum += count;
    return sum;
  }

  toString(): string {
    const kinds = [...this.#counts].sort();
    const total = kinds.reduce((sum, [kind]) => sum + this.count(kind, "read") + this.count(kind, "error"), 0);
    const lines = kinds.map(
      ([kind, counts]) =>
        `${kind}: ${[...counts]
          .sort((a, b) => b[1] - a[1])
          .map((c) => c.join(" "))
          .join(", ")}`,
    );
    return [`${total} damaged tables`, ...lines].join("\n");
  }
}
