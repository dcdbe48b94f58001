import { nodeEngine } from "@asyncdelta/engine-node";
import { liveFiles, loadSnapshot } from "@asyncdelta/kernel-core";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

const trips = new URL("../../../examples/tables/trips/", import.meta.url).href;
const exporter = new InMemorySpanExporter();

// As an application sets tracing up, before it makes an engine.
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
});
beforeEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
});

test("an application's span has the kernel's operations below it, and their requests below them", async () => {
  const engine = nodeEngine();
  await trace.getTracer("application").startActiveSpan("report", async (span) => {
    const snapshot = await loadSnapshot(engine, trips);
    for await (const batch of liveFiles(engine, snapshot)) batch.length;
    span.end();
  });
  const spans = exporter.getFinishedSpans();
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [report] = named("report");
  for (const name of ["asyncdelta.snapshot", "asyncdelta.files"]) {
    expect(named(name)).toHaveLength(1);
    expect(named(name)[0]!.parentSpanContext?.spanId).toBe(report!.spanContext().spanId);
  }
  const [snapshot] = named("asyncdelta.snapshot");
  expect(snapshot!.attributes).toMatchObject({ "asyncdelta.kind": "operation", "asyncdelta.url": trips });
  const reads = named("asyncdelta.read");
  expect(reads.length).toBeGreaterThan(1);
  for (const read of reads) {
    expect(read.kind).toBe(SpanKind.CLIENT);
    expect(read.spanContext().traceId).toBe(report!.spanContext().traceId);
  }
  await engine.close();
});

test("a failure is an error on its span", async () => {
  const engine = nodeEngine();
  await loadSnapshot(engine, `${trips}nothing/`).catch(() => {});
  const snapshot = exporter.getFinishedSpans().find(({ name }) => name === "asyncdelta.snapshot")!;
  expect(snapshot.status).toMatchObject({ code: SpanStatusCode.ERROR });
  expect(snapshot.events.map(({ name }) => name)).toEqual(["exception"]);
  await engine.close();
});

test("a second engine makes no second span", async () => {
  for (const engine of [nodeEngine(), nodeEngine()]) {
    await loadSnapshot(engine, trips);
    await engine.close();
  }
  const snapshots = exporter.getFinishedSpans().filter(({ name }) => name === "asyncdelta.snapshot");
  expect(snapshots).toHaveLength(2);
});
