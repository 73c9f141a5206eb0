import { parentPort, workerData } from 'node:worker_threads'
import { FRAME_INTERVAL_MS } from '#lib/protocol/limits.ts'
import { BurstMemory } from '#lib/traffic/burst-memory.ts'
import { beat } from '#lib/traffic/progress.ts'
import { Reporter } from '#lib/traffic/reporter.ts'
import { BY_NAME, RouteTable, UNKNOWN_ROUTE } from '#lib/traffic/route-table.ts'
import { type Tallied, Tally } from '#lib/traffic/tally.ts'
import type { FromWorker, ToWorker, WorkerStart } from '#lib/traffic/worker-messages.ts'
import { monotonicUs } from '../monotonic.ts'

/**
 * Stands where the engine's worker stands and makes plain samples at the plan's rate, without any requests. The time of
 * a sample is when it was made, by the clock that all processes of this machine share.
 */
const EVERY_MS = 1
const NAMES = ['0000000000aa', '0000000000bb'].map((name) => Buffer.from(`${name}fake-1`, 'latin1'))
const NAME_BYTES = 12
const { port } = workerData as WorkerStart
const tell = (message: FromWorker): void => port.postMessage(message)
const cost = new BroadcastChannel('cost of the samples')

function make({ plan, buffers }: Extract<ToWorker, { kind: 'start' }>): void {
  const memory = new BurstMemory(buffers)
  const table = new RouteTable()
  const tally = new Tally(memory)
  const reporter = new Reporter(memory, tally, table, tell)
  const startMs = performance.now()
  const before = process.threadCpuUsage()
  const routes = NAMES.map((name) => table.route(BY_NAME, name, 0, NAME_BYTES, NAME_BYTES, name.length))
  const { ratePerSecond, durationMs } = plan
  const all = Math.round(((ratePerSecond ?? 0) * (durationMs ?? 0)) / 1_000)
  const verdict = { status: 200, route: UNKNOWN_ROUTE, isBackends: true, attempts: null }
  const sample = {
    sentUs: 0,
    waitUs: 0,
    order: 0,
    resent: false,
    isLate: false,
    hasVerdict: true,
    verdict,
  } satisfies Tallied
  tell({ kind: 'started', startedAtMs: performance.timeOrigin + startMs })

  const making = setInterval(() => {
    const elapsedMs = performance.now() - startMs
    const due = Math.min(all, Math.floor((elapsedMs * (ratePerSecond ?? 0)) / 1_000))
    sample.sentUs = monotonicUs()
    while (tally.head < due) {
      const route = routes[tally.head % routes.length]
      verdict.route = route ?? UNKNOWN_ROUTE
      const latencyUs = 800 + ((tally.head * 7_919) % 1_900)
      sample.order = tally.head
      tally.started()
      tally.finished(sample, sample.sentUs + latencyUs, 'answered', 'none')
    }
    reporter.changed()
    beat(memory.progress)
    if (due < all) return
    clearInterval(making)
    reporter.flush()
    const { user, system } = process.threadCpuUsage(before)
    cost.postMessage(user + system)
    setTimeout(() => {
      const elapsedUs = Math.round((performance.now() - startMs) * 1_000)
      tell({ kind: 'ended', status: 'finished', failure: null, elapsedUs })
    }, FRAME_INTERVAL_MS)
  }, EVERY_MS)
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'start') make(message)
})
