import type { MessagePort } from 'node:worker_threads'
import type { Detail } from '#lib/protocol/frame.ts'
import type { BurstEdit } from '#lib/protocol/model.ts'
import type { BurstPlan } from './burst.ts'
import type { BurstBuffers } from './burst-memory.ts'
import type { NamedPeer, NamedRoute } from './route-table.ts'

export type WorkerStart = { port: MessagePort }

export type ToWorker =
  | { kind: 'start'; plan: BurstPlan; buffers: BurstBuffers }
  | { kind: 'cancel' }
  | { kind: 'edit'; edit: BurstEdit }

/** What does not fit into shared memory: names that are new, and the details of samples. */
export type WorkerNews = {
  kind: 'news'
  routes: NamedRoute[]
  peers: NamedPeer[]
  details: Detail[]
  usedRows: number
}

export type WorkerEnd = {
  kind: 'ended'
  status: 'finished' | 'cancelled' | 'failed'
  failure: string | null
  elapsedUs: number
}

/** In the order of sending. News of samples come before the progress that counts these samples. */
export type FromWorker = { kind: 'started'; startedAtMs: number } | WorkerNews | WorkerEnd
