/** The only Web-standard globals that this package uses; every platform with an event loop has them. */
interface AbortSignal {
  readonly aborted: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the reason of an abort is any value (WHATWG DOM)
  readonly reason: any;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare var AbortController: { new (): AbortController };
declare function queueMicrotask(callback: () => void): void;
/** Not there in Node. */
declare var reportError: ((error: unknown) => void) | undefined;
