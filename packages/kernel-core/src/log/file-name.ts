/** A file of `_delta_log`, told by its name alone. PROTOCOL.md, "File Types". */
export type LogFileName =
  | { readonly kind: "commit"; readonly version: number }
  | { readonly kind: "checkpoint"; readonly version: number; readonly format: "parquet" }
  | {
      readonly kind: "checkpoint";
      readonly version: number;
      readonly format: "parquet" | "json";
      readonly uuid: string;
    }
  | {
      readonly kind: "checkpoint";
      readonly version: number;
      readonly format: "parquet";
      readonly part: number;
      readonly parts: number;
    }
  | { readonly kind: "compaction"; readonly version: number; readonly endVersion: number }
  | { readonly kind: "checksum"; readonly version: number };

const NAME =
  /^(\d{20})\.(?:(json)|(crc)|(?:(\d{20})\.compacted\.json)|(?:checkpoint\.parquet)|(?:checkpoint\.(\d{10})\.(\d{10})\.parquet)|(?:checkpoint\.([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\.(parquet|json)))$/;

/** What a name of `_delta_log` says, or `undefined` for names that are none of the protocol's. */
export function parseLogFileName(name: string): LogFileName | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const version = Number(match[1]);
  if (!Number.isSafeInteger(version)) return undefined;
  if (match[2] !== undefined) return { kind: "commit", version };
  if (match[3] !== undefined) return { kind: "checksum", version };
  if (match[4] !== undefined) {
    const endVersion = Number(match[4]);
    return Number.isSafeInteger(endVersion) && endVersion > version
      ? { kind: "compaction", version, endVersion }
      : undefined;
  }
  if (match[5] !== undefined) {
    const [part, parts] = [Number(match[5]), Number(match[6])];
    return part >= 1 && part <= parts ? { kind: "checkpoint", version, format: "parquet", part, parts } : undefined;
  }
  if (match[7] !== undefined) {
    return { kind: "checkpoint", version, format: match[8] as "parquet" | "json", uuid: match[7] };
  }
  return { kind: "checkpoint", version, format: "parquet" };
}

/** The version as it begins every name of its files: 20 digits. */
export function paddedVersion(version: number): string {
  return String(version).padStart(20, "0");
}

/** A name that sorts after all files of earlier versions and before all of this one, for `startAfter`. */
export function beforeVersion(version: number): string {
  return version === 0 ? "" : `${paddedVersion(version - 1)}~`;
}
