import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Cloud } from '../../emulator/cloud.ts';
import type { CloudEvent } from '../../emulator/events/event.ts';

export type OperationType = 'query' | 'mutation' | 'subscription';
type Outcome = 'ok' | 'error';
type Transport = 'websocket' | 'sse';

/** Seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Figures of one gateway, as Prometheus reads them at /metrics. Each gateway has its own; closing it lets go of all. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 });
  readonly #requests: Counter<'handler' | 'method' | 'status'>;
  readonly #requestSeconds: Histogram<'handler'>;
  readonly #operations: Counter<'type' | 'outcome'>;
  readonly #operationSeconds: Histogram<'type'>;
  readonly #subscribers: Gauge<'transport'>;
  readonly #jobsEnded: Counter<'type' | 'status'>;

  constructor(cloud: Cloud, unsentBytes: Readonly<Record<Transport, () => number>>) {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: 'cloudyard_http_requests_total',
      help: 'HTTP requests that were answered.',
      labelNames: ['handler', 'method', 'status'],
      registers,
    });
    this.#requestSeconds = new Histogram({
      name: 'cloudyard_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer; streams are not counted.',
      labelNames: ['handler'],
      buckets: BUCKETS,
      registers,
    });
    this.#operations = new Counter({
      name: 'cloudyard_graphql_operations_total',
      help: 'GraphQL operations that were carried out, over any transport.',
      labelNames: ['type', 'outcome'],
      registers,
    });
    this.#operationSeconds = new Histogram({
      name: 'cloudyard_graphql_operation_duration_seconds',
      help: 'Time that a GraphQL operation took; for a subscription until it had begun.',
      labelNames: ['type'],
      buckets: BUCKETS,
      registers,
    });
    this.#subscribers = new Gauge({
      name: 'cloudyard_subscribers',
      help: 'Subscriptions that are open.',
      labelNames: ['transport'],
      registers,
    });
    for (const transport of ['websocket', 'sse'] as const) this.#subscribers.set({ transport }, 0);
    this.#jobsEnded = new Counter({
      name: 'cloudyard_jobs_total',
      help: 'Jobs that came to their end.',
      labelNames: ['type', 'status'],
      registers,
    });
    gauge(registers, 'cloudyard_websocket_unsent_bytes', 'Bytes that wait for WebSocket clients to read.', unsentBytes.websocket);
    gauge(registers, 'cloudyard_sse_unsent_bytes', 'Bytes that wait for clients of server-sent events to read.', unsentBytes.sse);
    gauge(registers, 'process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
    gauge(registers, 'process_cpu_seconds', 'CPU time of the process.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    gauge(registers, 'process_uptime_seconds', 'How long the process has been there.', () => performance.now() / 1000);
    gauge(registers, 'nodejs_heap_used_bytes', 'Memory that JavaScript objects take.', () => process.memoryUsage().heapUsed);
    gauge(registers, 'nodejs_eventloop_lag_p99_seconds', 'How late the event loop was since the last look.', () => {
      const p99 = this.#loopDelay.percentile(99) / 1e9;
      this.#loopDelay.reset();
      return p99;
    });
    new Gauge({
      name: 'cloudyard_jobs_unfinished',
      help: 'Jobs that wait or run.',
      labelNames: ['type', 'status'],
      registers,
      async collect() {
        this.reset();
        const where = { status: { in: ['INIT' as const, 'RUNNING' as const] } };
        const groups = await cloud.database.read.job.groupBy({ by: ['type', 'status'], where, _count: true });
        for (const { type, status, _count } of groups) this.set({ type, status }, _count);
      },
    });
    this.#loopDelay.enable();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  countRequest(handler: string, method: string, status: number, seconds: number | undefined): void {
    this.#requests.inc({ handler, method, status: String(status) });
    if (seconds !== undefined) this.#requestSeconds.observe({ handler }, seconds);
  }

  /** Returns what to call when the operation has been carried out. */
  timeOperation(type: OperationType): (outcome: Outcome) => void {
    const began = performance.now();
    return outcome => {
      this.#operations.inc({ type, outcome });
      this.#operationSeconds.observe({ type }, (performance.now() - began) / 1000);
    };
  }

  /** Returns what to call when the subscriber leaves. */
  countSubscriber(transport: Transport): () => void {
    this.#subscribers.inc({ transport });
    return () => this.#subscribers.dec({ transport });
  }

  /** Counts the jobs that end. Resolves when the events do. */
  async countJobs(events: AsyncIterable<CloudEvent>): Promise<void> {
    for await (const { payload } of events) this.#jobsEnded.inc({ type: String(payload.type), status: String(payload.status) });
  }

  close(): void {
    this.#loopDelay.disable();
    this.#registry.clear();
  }
}

function gauge(registers: Registry[], name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value());
    },
  });
}
