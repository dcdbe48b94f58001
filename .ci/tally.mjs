/**
 * `node .ci/tally.mjs [STEP…]`: prints the sum of all suites as the one line on standard output; each step named is one
 * that ended badly, and counts as a failure if no suite has any. Status 1 if anything failed or nothing passed.
 */
import { line, sumResults } from "./results.mjs";

const broken = process.argv.slice(2);
const sum = await sumResults();
if (broken.length > 0 && sum.failed === 0) sum.failed = broken.length;
if (broken.length > 0) console.error(`Failed: ${broken.join(", ")}`);
if (sum.passed === 0 && sum.failed === 0) sum.failed = 1;
console.log(line(sum));
process.exitCode = sum.failed === 0 ? 0 : 1;
