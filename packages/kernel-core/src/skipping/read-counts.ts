/** Row groups, and the bytes of the columns that a scan reads of them. */
export class RowGroupCount {
  rowGroups = 0;
  bytes = 0;

  add(bytes: number): void {
    this.rowGroups += 1;
    this.bytes += bytes;
  }
}

/** Pages, and their bytes together. */
export class PagesCount {
  pages = 0;
  bytes = 0;

  add(pages: number, bytes: number): void {
    this.pages += pages;
    this.bytes += bytes;
  }
}

/** What became of the data files that a scan opened: what there was to read, and what each level left out. */
export class ReadCounts {
  /** Files that were opened. */
  files = 0;
  /** Of the columns that the scan or its filter takes. */
  readonly there: RowGroupCount = new RowGroupCount();
  /** By the bounds and counts of nulls in the footer. */
  readonly byStatistics: RowGroupCount = new RowGroupCount();
  /** By bloom filters and dictionaries. */
  readonly byValues: RowGroupCount = new RowGroupCount();
  /** Row groups no page of which may have a wanted row. */
  readonly byPages: RowGroupCount = new RowGroupCount();
  /** Pages of row groups that are read in part, by their bounds. */
  readonly pages: PagesCount = new PagesCount();
  /** Pages of the row groups whose page indexes were looked at and that are not left out. */
  readonly pagesThere: PagesCount = new PagesCount();
  /** Row groups of which only the filter's columns were read, since no row of theirs is wanted; the bytes of the others. */
  readonly byFilter: RowGroupCount = new RowGroupCount();
}
