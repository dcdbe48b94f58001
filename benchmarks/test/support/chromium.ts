import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** Chromium, if it is installed, or can be (Debian, as root); else `undefined`. `ASYNCDELTA_CHROMIUM` names another. */
export function findChromium(): string | undefined {
  const installed = (): string | undefined =>
    ["chromium", "chromium-browser", "google-chrome"]
      .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
      .find((path) => existsSync(path));
  const found = process.env.ASYNCDELTA_CHROMIUM ?? installed();
  if (found !== undefined || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return found;
  try {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch {
    return undefined;
  }
  return installed();
}

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

/** A page in a real browser. */
export interface Browser {
  /** Loads a page as a device of this width and scheme would. */
  open(url: string, look: Look): Promise<void>;
  evaluate<T>(expression: string): Promise<T>;
  /** A tap of a finger, in the page's coordinates. */
  tap(x: number, y: number): Promise<void>;
  /** The whole page as PNG. */
  screenshot(): Promise<Buffer>;
  /** URLs that pages have asked for. */
  readonly requests: readonly string[];
  /** Errors that pages have thrown, or written to their console. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { request?: { url: string }; exceptionDetails?: { text: string }; entry?: { text: string } };
  readonly result?: unknown;
  readonly error?: { message: string };
}

/** Starts a headless Chromium and speaks its DevTools protocol through pipes. */
export async function startBrowser(binary: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "asyncdelta-chromium-"));
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--remote-debugging-pipe",
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(binary, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [, , , input, output] = child.stdio as [null, null, null, Writable, Readable];
  const answers = new Map<number, (message: Message) => void>();
  const [requests, errors]: [string[], string[]] = [[], []];
  let loaded: (() => void) | undefined;
  let [count, rest, session]: [number, string, string | undefined] = [0, "", undefined];

  function hear(message: Message): void {
    const { method, params } = message;
    if (message.id !== undefined) answers.get(message.id)?.(message);
    else if (method === "Network.requestWillBeSent") requests.push(params!.request!.url);
    else if (method === "Runtime.exceptionThrown") errors.push(params!.exceptionDetails!.text);
    else if (method === "Log.entryAdded") errors.push(params!.entry!.text);
    else if (method === "Page.loadEventFired") loaded?.();
  }
  output.setEncoding("utf8").on("data", (text: string) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop()!;
    for (const message of messages) hear(JSON.parse(message));
  });
  function send<T>(method: string, params: object = {}): Promise<T> {
    const id = ++count;
    input.write(`${JSON.stringify({ id, method, params, ...(session && { sessionId: session }) })}\0`);
    return new Promise((resolve, reject) => {
      answers.set(id, ({ result, error }) => {
        answers.delete(id);
        if (error === undefined) resolve(result as T);
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  const { targetId } = await send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
  session = (await send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Network", "Runtime", "Log"]) await send(`${domain}.enable`);
  return {
    requests,
    errors,
    async open(url, { width, height, scheme }) {
      const mobile = width < 600;
      await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: mobile ? 2 : 1, mobile });
      await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
      const load = new Promise<void>((resolve) => {
        loaded = resolve;
      });
      await send("Page.navigate", { url });
      await load;
    },
    async evaluate<T>(expression: string) {
      const { result } = await send<{ result: { value: T } }>("Runtime.evaluate", { expression, returnByValue: true });
      return result.value;
    },
    async tap(x, y) {
      const mouse = { x, y, button: "left", clickCount: 1 };
      await send("Input.dispatchMouseEvent", { type: "mousePressed", ...mouse });
      await send("Input.dispatchMouseEvent", { type: "mouseReleased", ...mouse });
    },
    async screenshot() {
      const { data } = await send<{ data: string }>("Page.captureScreenshot", { captureBeyondViewport: true });
      return Buffer.from(data, "base64");
    },
    async close() {
      const exit = once(child, "exit");
      child.kill();
      await exit;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
