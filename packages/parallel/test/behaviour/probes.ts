import { countedSignal } from "../support/counted-signal.js";
import { ProbeSource } from "../support/probe-source.js";
import { straysOf } from "../support/strays.js";
import { watch } from "../support/turns.js";
import { Lab, message, numbers, settleDown } from "./lab.js";
import type { StartOptions, Subject } from "./subjects.js";

/** One row of the table: a question, and the run that answers it for any subject. */
export interface Probe {
  readonly question: string;
  answer(subject: Subject): Promise<string>;
}

/** A lab over `length` items (the source then waits, unless it `ends`), at the given options. */
function lab(subject: Subject, length: number, options: StartOptions, ends = false): Lab {
  return new Lab(subject, new ProbeSource(numbers(length), ends), options);
}

export const probes: readonly Probe[] = [
  {
    question: "Starts at",
    async answer(subject) {
      const lazy = lab(subject, 3, { concurrency: 2 });
      await settleDown();
      const atCall = lazy.source.pulls > 0;
      void watch(lazy.iterator.next());
      await settleDown();
      await lazy.tidy();
      if (atCall) return "the call";
      const eager = lab(subject, 3, { concurrency: 2, eager: true });
      await settleDown();
      const option = eager.source.pulls > 0;
      await eager.tidy();
      return option ? `first \`next()\`; the call with \`${subject.eager}\`` : "first `next()`";
    },
  },
  {
    question: "Order of the results",
    async answer(subject) {
      const run = lab(subject, 3, { concurrency: 3 }, true);
      const results = run.consume();
      for (const item of [2, 1, 0]) {
        await settleDown();
        run.finish(item);
      }
      await run.tidy();
      return results.values.join() === "0,1,2" ? "the source's" : "of completion";
    },
  },
  {
    question: "Concurrent `next()` calls",
    async answer(subject) {
      const run = lab(subject, 3, { concurrency: 3 }, true);
      const settled: number[] = [];
      const calls = [0, 1, 2].map(async (call) => {
        const { value } = await run.iterator.next();
        settled.push(call);
        return value;
      });
      for (const item of [2, 1, 0]) {
        await settleDown();
        run.finish(item);
      }
      const values = await Promise.all(calls);
      return values.join() === "0,1,2" && settled.join() === "0,1,2" ? "served in order" : "mixed up";
    },
  },
  {
    question: "Tasks at once, of 3 asked for",
    async answer(subject) {
      const run = lab(subject, 12, { concurrency: 3 }, true);
      run.consume();
      for (const item of numbers(12)) {
        await settleDown();
        run.finish(item);
      }
      await run.tidy();
      return String(run.mostRunning);
    },
  },
  {
    question: "Pulls of the source at once",
    async answer(subject) {
      const run = lab(subject, 0, { concurrency: 3 });
      run.consume();
      for (const item of numbers(6)) {
        await settleDown();
        run.source.give(item);
        await settleDown();
        run.finish(item);
      }
      await settleDown();
      while (run.source.pending > 0) {
        run.source.end();
        await settleDown();
      }
      await run.tidy();
      return String(run.source.mostPending);
    },
  },
  {
    question: "While the loop's body runs, at concurrency 3",
    async answer(subject) {
      const run = lab(subject, 40, { concurrency: 3 });
      void watch(run.iterator.next());
      await settleDown();
      run.finish(0);
      await settleDown();
      const before = run.started.length;
      for (const item of numbers(40)) {
        run.finish(item);
        await settleDown();
      }
      const ahead = run.started.length - 1;
      void watch(Promise.resolve(run.iterator.return?.()));
      await run.tidy();
      return `${before > 1 ? "goes on" : "stops"}, to ${ahead} ahead`;
    },
  },
  {
    question: "Started of 40 behind a slow head, at concurrency 4",
    async answer(subject) {
      const behind = async (options: StartOptions): Promise<number> => {
        const run = lab(subject, 40, options, true);
        run.consume();
        for (const item of numbers(40).slice(1)) {
          await settleDown();
          run.finish(item);
        }
        const started = run.started.length;
        for (const item of numbers(40)) {
          run.finish(item);
          await settleDown();
        }
        return started;
      };
      const usual = await behind({ concurrency: 4 });
      const option = subject.readahead;
      if (option === undefined) return String(usual);
      return `${usual}; ${await behind({ concurrency: 4, readahead: 16 })} with \`${option}: 16\``;
    },
  },
  {
    question: "A task fails behind slower ones",
    async answer(subject) {
      const run = lab(subject, 3, { concurrency: 3 }, true);
      return inOrder(run, async () => run.fail(2, new Error("task 2")), "task 2");
    },
  },
  {
    question: "The source fails behind slower tasks",
    async answer(subject) {
      const run = lab(subject, 2, { concurrency: 3 });
      return inOrder(run, async () => run.source.fail(new Error("source")), "source");
    },
  },
  {
    question: "Of two failures, throws",
    async answer(subject) {
      let thrown = "";
      await straysOf(async () => {
        const run = lab(subject, 3, { concurrency: 3 }, true);
        const results = run.consume();
        await settleDown();
        run.fail(1, new Error("the later, first in order"));
        run.finish(0);
        await settleDown();
        run.fail(2, new Error("the last in order"));
        await run.tidy();
        thrown = results.end;
      });
      return thrown.replace("the later, ", "the ");
    },
  },
  {
    question: "Tasks started after a failure behind a slow head",
    async answer(subject) {
      let after = 0;
      await straysOf(async () => {
        const run = lab(subject, 40, { concurrency: 3, readahead: 16 });
        void watch(run.iterator.next());
        await settleDown();
        run.fail(1, new Error("task 1"));
        await settleDown();
        const before = run.started.length;
        for (const item of numbers(40).slice(2)) {
          run.finish(item);
          await settleDown();
        }
        after = run.started.length - before;
        await run.tidy();
      });
      return after === 0 ? "none" : `${after}`;
    },
  },
  {
    question: "A task throws `undefined`",
    async answer(subject) {
      const run = lab(subject, 2, { concurrency: 2 }, true);
      const first = watch(run.iterator.next());
      await settleDown();
      run.fail(0, undefined);
      await settleDown();
      run.finish(1);
      await settleDown();
      const { now } = first;
      const answer =
        now.state === "rejected"
          ? now.reason === undefined
            ? "throws `undefined`"
            : `throws "${message(now.reason)}"`
          : now.state === "fulfilled"
            ? now.value.done
              ? "ends as if complete"
              : now.value.value === 1
                ? "gives the next result, as if it had not been"
                : "gives `undefined` as a result"
            : "never settles";
      await run.tidy();
      return answer;
    },
  },
  {
    question: "Rejections left unhandled when tasks and the source fail",
    async answer(subject) {
      const strays = await straysOf(async () => {
        for (const failing of ["task", "source"] as const) {
          const run = lab(subject, 3, { concurrency: 4 });
          run.consume();
          await settleDown();
          if (failing === "source") run.source.fail(new Error("source"));
          else {
            run.fail(1, new Error("task 1"));
            run.fail(2, new Error("task 2"));
          }
          await settleDown();
          await run.tidy();
        }
      });
      return strays.length === 0 ? "none" : String(strays.length);
    },
  },
  {
    question: "After `break`, the source",
    async answer(subject) {
      const { run } = await broken(subject);
      await run.tidy();
      return ["is left open", "is returned"][run.source.returned] ?? `is returned ${run.source.returned} times`;
    },
  },
  {
    question: "After `break`, tasks still running",
    async answer(subject) {
      const { run, runningAfter } = await broken(subject);
      await run.tidy();
      return runningAfter === 0 ? "none" : String(runningAfter);
    },
  },
  {
    question: "After `break`, the tasks' signal",
    async answer(subject) {
      const { run } = await broken(subject);
      await run.tidy();
      const signal = run.signals[2];
      return signal === undefined ? "there is none" : signal.aborted ? "has aborted" : "has not aborted";
    },
  },
  {
    question: "The source's `return()` fails at `break`",
    async answer(subject) {
      let loop = "";
      const strays = await straysOf(async () => {
        const source = new ProbeSource(numbers(9));
        source.onReturn = () => Promise.reject(new Error("cannot close"));
        const run = new Lab(subject, source, { concurrency: 3 });
        const ended = watch(firstOnly(run));
        await settleDown();
        run.finish(0);
        await settleDown();
        await run.tidy();
        loop = ended.now.state === "rejected" ? "the loop throws it" : "the loop does not hear of it";
      });
      return strays.length > 0 ? `${loop}; it is left unhandled` : loop;
    },
  },
  {
    question: "`return()` while `next()` waits for a task",
    async answer(subject) {
      const run = lab(subject, 3, { concurrency: 2 });
      void watch(run.iterator.next());
      await settleDown();
      const closing = watch(Promise.resolve(run.iterator.return?.()));
      await settleDown();
      const answer = closing.now.state === "pending" ? "waits for the task" : "ends both at once";
      await run.tidy();
      return answer;
    },
  },
  {
    question: "A signal of the caller's that aborts",
    async answer(subject) {
      const { signal, abort } = countedSignal();
      const run = lab(subject, 3, { concurrency: 2, signal });
      const next = watch(run.iterator.next());
      await settleDown();
      const reason = new Error("the reason");
      abort(reason);
      await settleDown();
      const { now } = next;
      await run.tidy();
      if (now.state === "pending") return "there is none";
      if (now.state === "rejected")
        return now.reason === reason ? "throws its reason" : `throws "${message(now.reason)}"`;
      return "ends as if complete";
    },
  },
];

/** Fails something behind two slower tasks, and says what becomes of their results. */
async function inOrder(run: Lab, fail: () => Promise<void>, error: string): Promise<string> {
  let answer = "";
  await straysOf(async () => {
    const results = run.consume();
    await settleDown();
    await fail();
    await settleDown();
    await run.tidy();
    const { values, end } = results;
    const before =
      values.join() === "0,1" ? "both results, then" : values.length === 0 ? "results are lost," : "one result, then";
    answer = `${before} ${end === error ? "the error" : end}`;
  });
  return answer;
}

/** Leaves a loop after its first result, with two more tasks running. */
async function broken(subject: Subject): Promise<{ run: Lab; runningAfter: number }> {
  const run = lab(subject, 9, { concurrency: 3 });
  let runningAfter = 0;
  const loop = firstOnly(run).then(() => {
    runningAfter = run.running;
  });
  await settleDown();
  run.finish(0);
  const ended = watch(loop);
  await settleDown();
  if (ended.now.state === "pending") await run.tidy();
  return { run, runningAfter };
}

async function firstOnly(run: Lab): Promise<void> {
  for await (const _ of { [Symbol.asyncIterator]: () => run.iterator }) break;
}
