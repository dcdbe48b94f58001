#!/usr/bin/env node
// Here rather than in dist, so that package managers can link it before anything is built.
import "../dist/cli.js";
