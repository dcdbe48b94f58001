import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How to run one server program. */
export interface ServerProgram {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  /** The arguments that make it listen on this port of 127.0.0.1. */
  args(port: number): readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Path of a URL; the server is up once this is answered, whatever the status. By default `/`. */
  readonly readyPath?: string;
  /** `https` for a server with TLS; its certificate is not looked at while waiting. */
  readonly protocol?: "http" | "https";
}

/** A server that runs until it is stopped or this process ends. */
export interface RunningServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** What it has printed so far, both streams, the last 64 KiB. */
  output(): string;
  /** Ends it; the port is free then. Safe to repeat. */
  stop(): Promise<void>;
  /** Starts it anew on the same port, once stopped. */
  start(): Promise<void>;
}

const startLimitMs = 60_000;

/** Starts a server on a free port of the loopback interface and waits until it answers. */
export async function startServer(program: ServerProgram): Promise<RunningServer> {
  const port = await freePort();
  const url = `${program.protocol ?? "http"}://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let printed = "";
  const kill = (): void => void child?.kill("SIGKILL");

  async function start(): Promise<void> {
    const started = spawn(program.command, program.args(port), {
      env: { ...process.env, ...program.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    process.once("exit", kill);
    let failure: Error | undefined;
    started.once("error", (error) => {
      failure = error;
    });
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed = (printed + text).slice(-65_536);
      });
    const end = Date.now() + startLimitMs;
    for (let wait = 10; !(await answers(url + (program.readyPath ?? "/"))); wait = Math.min(wait * 2, 200)) {
      const ended = failure !== undefined || started.exitCode !== null || started.signalCode !== null;
      if (ended || Date.now() > end) {
        await stop();
        const why = failure?.message ?? (ended ? `ended with status ${started.exitCode}` : "does not answer");
        throw new Error(`${program.name} ${why}\n${printed}`);
      }
      await sleep(wait);
    }
  }

  async function stop(): Promise<void> {
    const running = child;
    child = undefined;
    process.removeListener("exit", kill);
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  }

  await start();
  return { port, url, output: () => printed, stop, start };
}

/** A port of 127.0.0.1 on which nothing listens at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  if (address === null || typeof address === "string") throw new Error("The probe has no port.");
  probe.close();
  await once(probe, "close");
  return address.port;
}

/** Whether anything speaks HTTP there; a plain request, so that no connection stays open for reuse. */
async function answers(url: string): Promise<boolean> {
  const { request } = await (url.startsWith("https:") ? import("node:https") : import("node:http"));
  return new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: 2_000, rejectUnauthorized: false }, (response) => {
      response.resume();
      response.once("close", () => resolve(true));
    });
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => resolve(false));
    asked.end();
  });
}
