/**
 * The form under which two column names are the same: Delta matches names without case, and alike in every locale.
 * PROTOCOL.md, "Schema Serialization Format".
 */
export function foldColumnName(name: string): string {
  return name.toLowerCase();
}

/** A path of names as people write it: dotted, with backticks around a name that has a dot or a backtick itself. */
export function formatColumnPath(path: readonly string[]): string {
  return path.map((name) => (/[.`]/.test(name) ? `\`${name.replaceAll("`", "``")}\`` : name)).join(".");
}
