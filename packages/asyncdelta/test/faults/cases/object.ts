import { refusal } from "../../../../engine-node/test/faults/answer.js";
import type { FaultPlan } from "../../../../engine-node/test/faults/fault-server.js";
import type { Lake } from "../lake.js";
import { always } from "../plans.js";
import { ENDED, type FaultCase } from "./fault-case.js";

const BIG = "part-0.parquet";

/** Objects that go away or become others while they are read. */
export const objectCases: readonly FaultCase[] = [
  {
    name: "a data file that is gone",
    plan: () => always({ kind: "say", answer: () => refusal(404, "NoSuchKey", "The key does not exist.") }, "data"),
    end: "FILE_NOT_FOUND",
    more: [ENDED, 0],
    says: /city=/,
  },
  {
    name: "commits that are gone after they were listed",
    plan: () => always({ kind: "say", answer: () => refusal(404, "NoSuchKey", "The key does not exist.") }, "commit"),
    end: ["FILE_NOT_FOUND", "LOG_GAP"],
    more: [ENDED, 12],
  },
  {
    name: "an object replaced between its footer and its columns",
    table: "big",
    plan: (lake) => replacedAfter(lake, 1),
    end: "FILE_CHANGED",
    more: [ENDED, 3],
  },
  {
    name: "an object replaced by one of the same size while its body is resumed",
    table: "big",
    plan: (lake) => {
      const replace = replacedAfter(lake, 1);
      return (request, log) => {
        replace(request, log);
        return request.kind === "data" && log.of("data").length === 1
          ? { kind: "cut", after: 1000, by: "reset" }
          : undefined;
      };
    },
    end: "FILE_CHANGED",
    more: [ENDED, 3],
  },
  {
    name: "a data file that is shorter than the log says",
    table: "big",
    plan: (lake) => {
      lake.objects.put(lake.path("big", BIG), lake.objects.get(lake.path("big", BIG))!.subarray(0, 400_000));
      return () => undefined;
    },
    end: "FILE_CHANGED",
    more: [ENDED, 2],
  },
  {
    name: "a data file without a byte",
    table: "big",
    plan: (lake) => {
      lake.objects.put(lake.path("big", BIG), new Uint8Array());
      return () => undefined;
    },
    end: "FILE_CHANGED",
    more: [ENDED, 2],
  },
];

/** After `count` requests for data, the object has other bytes, as many as before. */
function replacedAfter(lake: Lake, count: number): FaultPlan {
  let isReplaced = false;
  return (request, log) => {
    if (request.kind !== "data" || log.of("data").length <= count || isReplaced) return undefined;
    isReplaced = true;
    const path = lake.path("big", BIG);
    const bytes = Buffer.from(lake.objects.get(path)!);
    bytes[5000]! ^= 1;
    lake.objects.put(path, bytes, new Date(1_760_000_000_000));
    return undefined;
  };
}
