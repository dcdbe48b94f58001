import { serveTasks } from "./serve-tasks.js";
import { tasks } from "./tasks.js";

// The file that worker threads start from.
serveTasks(tasks);
