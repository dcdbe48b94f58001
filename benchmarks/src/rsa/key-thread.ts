import { parentPort, workerData } from "node:worker_threads";
import { generateSync } from "./generators.js";

// The file that the threads start from: says that it is ready, then answers every message with a key's length.
const port = parentPort!;
port.on("message", () => port.postMessage(generateSync(workerData as number)));
port.postMessage(0);
