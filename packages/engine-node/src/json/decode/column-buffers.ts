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

/** The memory of columns, to be moved to another thread. */
export function memoryOf(columns: readonly ColumnBuffers[], into: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  for (const { nullBitmap, offsets, values, children = [] } of columns) {
    for (const view of [nullBitmap, offsets, values]) if (view !== undefined) into.add(view.buffer as ArrayBuffer);
    memoryOf(children, into);
  }
  return into;
}
