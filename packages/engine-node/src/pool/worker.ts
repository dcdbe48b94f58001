import { setPriority } from "node:os";
import { serveTasks } from "./serve-tasks.js";
import { tasks } from "./tasks.js";

/** Linux has a priority for each thread; elsewhere this would be the whole process's. */
const NICENESS = 5;

if (process.platform === "linux") {
  try {
    // A thread that has a socket to attend to should not have to wait for one that computes.
    setPriority(NICENESS);
  } catch {
    // Then it has to.
  }
}

// The file that worker threads start from.
serveTasks(tasks);
