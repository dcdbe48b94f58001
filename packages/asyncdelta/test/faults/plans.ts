import type { Fault } from "../../../engine-node/test/faults/fault.js";
import type { FaultPlan } from "../../../engine-node/test/faults/fault-server.js";
import type { FileKind } from "../../../engine-node/test/faults/wire-log.js";

/** The first `count` requests of a kind fail. */
export function first(kind: FileKind, fault: Fault, count = 1): FaultPlan {
  return (request, log) => (request.kind === kind && log.of(kind).length <= count ? fault : undefined);
}

/** One request of a kind fails: 1 for the first. */
export function nth(kind: FileKind, number: number, fault: Fault): FaultPlan {
  return (request, log) => (request.kind === kind && log.of(kind).length === number ? fault : undefined);
}

/** The first time that each object (or page of a listing) is asked for, it fails. */
export function eachOnce(fault: Fault, kinds?: readonly FileKind[]): FaultPlan {
  const seen = new Set<string>();
  return ({ target, kind }) => {
    if (seen.has(target) || kinds?.includes(kind) === false) return undefined;
    seen.add(target);
    return fault;
  };
}

/** Every request of a kind fails, or every request at all. */
export function always(fault: Fault, kind?: FileKind): FaultPlan {
  return (request) => (kind === undefined || request.kind === kind ? fault : undefined);
}
