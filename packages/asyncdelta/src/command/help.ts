import { METADATA_COLUMNS } from "@asyncdelta/kernel-core";
import { COMMANDS } from "./commands.js";

const commands = Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join("\n");

export const HELP: string = `Read Delta Lake tables.

  asyncdelta COMMAND TABLE [OPTIONS]

TABLE is the path or URL of the folder that holds _delta_log.

Commands
${commands}

Options
  --version N                 the table as of this version
  --timestamp T               the table as of this time: ISO 8601, UTC unless it has a zone
  --from N|T, --to N|T        first and last version of the changes, or times (changes)
  --columns A,B               only these columns (read, changes); quote a name that has a comma: '"a,b",c'
  --metadata-columns A,B      columns about rows, put last (read): ${METADATA_COLUMNS.join(", ")}
  --where TEXT                rows of which this is true (read), files that may have such (files): "a > 1 and b = 'x'"
  --explain                   instead of the rows, which files are read and which are skipped, and why (read)
  --analyze                   with --explain: reads the files too, and says what of them was skipped (read)
  --limit N                   at most this many rows, files or commits
  --format table|jsonl|csv|arrow
                              how to print: for people (the default), JSON lines, RFC 4180, Arrow IPC stream
  --json                      as JSON; the same as --format jsonl
  --parquet auto|wasm|javascript
                              who decodes Parquet: by size (the default), parquet-wasm in threads, or JavaScript
  --storage KEY=VALUE         an option of the store where the table is, as region=eu-west-1; may be repeated. Secrets
                              are better in the environment, where other users do not see them
  --trace FILE                write a timeline of the call: .html to look at, .json for ui.perfetto.dev
  -h, --help                  this text
  --version                   alone: the version of this program

Exit status: 0, 1 for an error (one line on standard error says which), 2 for wrong usage.
NO_COLOR=1 switches colours off.
`;
