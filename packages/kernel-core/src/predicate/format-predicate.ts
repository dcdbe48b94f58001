import { formatLiteral } from "./literal.js";
import type { Predicate } from "./predicate.js";
import { isColumnText } from "./tokens.js";

/** A predicate as text, which `parsePredicate` reads back as one with the same meaning. */
export function formatPredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case "comparison":
      return `${columnText(predicate.column)} ${predicate.operator} ${formatLiteral(predicate.literal)}`;
    case "in":
      // There is no spelling for one of none.
      if (predicate.literals.length === 0) return "false";
      return `${columnText(predicate.column)} in (${predicate.literals.map(formatLiteral).join(", ")})`;
    case "isNull":
      return `${columnText(predicate.column)} is null`;
    case "startsWith": {
      const pattern = `${predicate.prefix.replaceAll(/[%_\\]/g, "\\$&")}%`;
      return `${columnText(predicate.column)} like ${formatLiteral({ type: "string", value: pattern })}`;
    }
    case "and":
    case "or":
      if (predicate.of.length === 0) return String(predicate.kind === "and");
      return predicate.of.map((part) => enclosed(part)).join(` ${predicate.kind} `);
    case "not":
      return `not ${enclosed(predicate.of)}`;
    case "constant":
      return String(predicate.value);
  }
}

function enclosed(predicate: Predicate): string {
  const text = formatPredicate(predicate);
  return predicate.kind === "and" || predicate.kind === "or" ? `(${text})` : text;
}

function columnText(column: string): string {
  return isColumnText(column) ? column : `\`${column.replaceAll("`", "``")}\``;
}
