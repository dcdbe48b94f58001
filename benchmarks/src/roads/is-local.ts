/** Whether a table lies on a disk of this machine, and not behind a network with a latency of its own. */
export function isLocal(root: string): boolean {
  return root.startsWith("file:");
}
