import type { Protocol } from "../actions/protocol.js";
import { findFeature } from "./features.js";

/**
 * Whether readers of a table must respect a feature: it is listed in `readerFeatures`, under its name or an alias, or
 * implied by the reader version. PROTOCOL.md, "Supported Features".
 */
export function hasReaderFeature({ minReaderVersion, readerFeatures }: Protocol, name: string): boolean {
  const feature = findFeature(name);
  if (minReaderVersion >= 3) return readerFeatures?.some((listed) => findFeature(listed) === feature) ?? false;
  return feature?.legacy?.reader !== undefined && minReaderVersion >= feature.legacy.reader;
}
