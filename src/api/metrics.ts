import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Gate, HeldBytes } from './gates.ts'

/** Figures for Prometheus; labels are closed sets, never an address, an id or a name. */
export function createMetrics(of: { signing: Gate; verifying: Gate; heldBytes: HeldBytes }) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'anky_' })
  const registers = [registry]
  gauge('anky_signing_running', 'Signatures being made', () => of.signing.running)
  gauge('anky_signing_waiting', 'Requests that wait for their turn to sign', () => of.signing.waiting)
  gauge('anky_verifying_running', 'Files being judged', () => of.verifying.running)
  gauge('anky_verifying_waiting', 'Requests that wait for a verdict', () => of.verifying.waiting)
  gauge('anky_document_held_bytes', 'Bytes of documents held', () => of.heldBytes.held)
  return {
    registry,
    requests: new Histogram({
      name: 'anky_http_request_seconds',
      help: 'Time from request to answer, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 3, 10, 30],
      registers,
    }),
    signatures: new Counter({
      name: 'anky_signatures_total',
      help: 'Signatures asked for, by outcome',
      labelNames: ['format', 'level', 'outcome'],
      registers,
    }),
    verifications: new Counter({
      name: 'anky_verifications_total',
      help: 'Files judged, by verdict',
      labelNames: ['verdict'],
      registers,
    }),
    timestamps: new Counter({
      name: 'anky_timestamps_total',
      help: 'Time-stamps asked for alone, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
  }

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  }
}
