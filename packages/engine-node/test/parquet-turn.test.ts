import { describe, expect, it } from "vitest";
import { Turn } from "../dist/parquet/javascript/turn.js";

/** Works without a pause. */
function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

describe("the turn of others", () => {
  it("comes after a few milliseconds of work, and not before", async () => {
    const turn = new Turn(undefined);
    work(10);
    await turn.give();
    let others = 0;
    setImmediate(() => others++);
    await turn.give();
    await turn.give();
    expect(others).toBe(0);
    work(10);
    await turn.give();
    expect(others).toBe(1);
  });

  it("comes as often when several decoders work at once", async () => {
    let rounds = 0;
    let working = true;
    const count = () => {
      rounds++;
      if (working) setImmediate(count);
    };
    setImmediate(count);
    const decode = async () => {
      const turn = new Turn(undefined);
      for (let piece = 0; piece < 5; piece++) {
        work(6);
        await turn.give();
      }
    };
    await Promise.all([decode(), decode(), decode(), decode()]);
    working = false;
    // Of 20 pieces all but the four first ones started in a round of their own.
    expect(rounds).toBeGreaterThanOrEqual(16);
  });

  it("never comes once the signal has aborted", async () => {
    const controller = new AbortController();
    const turn = new Turn(controller.signal);
    await turn.give();
    work(10);
    const given = turn.give();
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: "ABORTED" });
    await expect(turn.give()).rejects.toMatchObject({ code: "ABORTED" });
  });
});
