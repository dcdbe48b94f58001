import { and, type Predicate, parsePredicate } from "@asyncdelta/kernel-core";
import { UsageError } from "../program/errors.js";

const TERM = /^\s*(\S+)\s*(<=|>=|=|<|>)\s*(.+?)\s*$/;
const NUMBER = /^[-+]?\d+(?:\.\d+)?$/;

/**
 * Reads a predicate as the peers' programs take it: `region = eu-west and price > 9000`, terms joined by `and`, values
 * unquoted and of the column's type.
 *
 * @throws UsageError for what is no such term
 */
export function peerPredicate(text: string): Predicate {
  const terms = text.split(/ and /).map((term) => {
    const [, column, operator, value] = TERM.exec(term) ?? [];
    if (column === undefined || value === undefined) throw new UsageError(`"${term}" is no "column operator value".`);
    const literal = NUMBER.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
    return parsePredicate(`${column} ${operator} ${literal}`);
  });
  return terms.length === 1 ? terms[0]! : and(...terms);
}
