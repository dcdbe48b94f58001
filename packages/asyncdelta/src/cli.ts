#!/usr/bin/env node
import { run } from "./command/run.js";

run(process.argv.slice(2));
