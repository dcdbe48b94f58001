import { getPriority, setPriority } from "node:os";
import { serveTasks } from "./serve-tasks.js";
import { tasks } from "./tasks.js";

/** How much less urgent this thread is than the one that has the sockets and files to attend to. */
const NICER = 5;
const NICEST = 19;

// On Linux this is the thread's own priority. Elsewhere it would be the whole process's.
if (process.platform === "linux") {
  try {
    setPriority(Math.min(getPriority() + NICER, NICEST));
  } catch {
    // Not everybody may; work goes on as it would.
  }
}

// What worker threads start from, in the bundle `thread.js` of it and of all that it loads.
serveTasks(tasks);
