/** Whether an import failed since this very package is not installed, and not one that it needs itself. */
export function isPackageMissing(cause: unknown, name: string): boolean {
  const code = (cause as { code?: unknown } | null)?.code;
  return code === "ERR_MODULE_NOT_FOUND" && cause instanceof Error && cause.message.includes(name);
}
