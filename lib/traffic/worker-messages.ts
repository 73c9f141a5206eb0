import type { Detail } from '#lib/protocol/frame.ts'
import type { BurstEdit, Totals } from '#lib/protocol/model.ts'
import type { BurstPlan } from './burst.ts'
import type { BurstBuffers } from './burst-memory.ts'
import type { NamedPeer, NamedRoute } from './route-table.ts'

export type ToWorker =
  | { kind: 'start'; plan: BurstPlan; buffers: BurstBuffers }
  | { kind: 'cancel' }
  | { kind: 'edit'; edit: BurstEdit }

export type WorkerTick = {
  kind: 'tick'
  head: number
  elapsedUs: number
  totals: Totals
  routes: NamedRoute[]
  peers: NamedPeer[]
  details: Detail[]
  usedRows: number
}

export type FromWorker =
  | { kind: 'started'; startedAtMs: number }
  | WorkerTick
  | { kind: 'ended'; status: 'finished' | 'cancelled' | 'failed'; failure: string | null }
