import { answerParent } from "../program/child.js";
import type { RunRequest } from "./road.js";
import { runRoad } from "./run-road.js";

// The file that measuring processes start from: each runs one road once, so that none profits from another.
answerParent((request: RunRequest) => runRoad(request));
