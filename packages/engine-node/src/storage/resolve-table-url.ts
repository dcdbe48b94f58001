import { DeltaError } from "@asyncdelta/kernel-core";
import { type TableLocationOptions, tableLocation } from "./table-location.js";

/**
 * The URL of a table's root, ending in `/`, from a path (relative to the working directory) or a URL.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an empty or impossible location, an unknown scheme (unless `anyScheme`), and a URL with a user or a
 * query, which would be lost here
 */
export function resolveTableUrl(location: string | URL, options: TableLocationOptions = {}): string {
  const { url, storageOptions } = tableLocation(location, options);
  const [option] = Object.keys(storageOptions);
  if (option === undefined) return url;
  const message = `The query of a table's URL belongs to its storage: give it as the storage option \`${option}\`.`;
  throw new DeltaError("INVALID_ARGUMENT", message);
}
