/** Files, and their bytes together. */
export class FileCount {
  files = 0;
  bytes = 0;

  add(size: number): void {
    this.files += 1;
    this.bytes += size;
  }
}

/** How many files there were, and how many each level left out. */
export class SkippingCounts {
  readonly there: FileCount = new FileCount();
  readonly byPartition: FileCount = new FileCount();
  readonly byStatistics: FileCount = new FileCount();
}
