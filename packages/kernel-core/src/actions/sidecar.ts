/** A file that holds a part of a V2 checkpoint's file actions. PROTOCOL.md, "Sidecar File Information". */
export interface Sidecar {
  /** A file name in `_delta_log/_sidecars`, or a URI. */
  readonly path: string;
  readonly sizeInBytes: number;
}
