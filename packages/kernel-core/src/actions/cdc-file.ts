/** A file of changed rows. PROTOCOL.md, "Add CDC File". */
export interface AddCDCFile {
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly size: number;
}
