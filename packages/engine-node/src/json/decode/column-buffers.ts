/** The buffers of an Arrow column; which ones it has depends on its type. */
export interface ColumnBuffers {
  readonly length: number;
  readonly nullCount: number;
  /** Absent when nothing is null. */
  readonly nullBitmap?: Uint8Array;
  readonly offsets?: Int32Array;
  readonly values?: ArrayBufferView;
  readonly children?: readonly ColumnBuffers[];
}

/** The memory of a column, to be moved to another thread. No two buffers share any. */
export function memoryOf(column: ColumnBuffers, into: ArrayBuffer[] = []): ArrayBuffer[] {
  for (const buffer of [column.nullBitmap, column.offsets, column.values]) {
    if (buffer !== undefined) into.push(buffer.buffer as ArrayBuffer);
  }
  for (const child of column.children ?? []) memoryOf(child, into);
  return into;
}
