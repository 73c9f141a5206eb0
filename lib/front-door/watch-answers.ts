import { setTimeout as sleep } from 'node:timers/promises'
import { askGeneration } from './ask-generation.ts'
import { askVersion } from './ask-version.ts'

export type WatchOptions = {
  runs: () => boolean
  target: () => { host: string; port: number }
  /** Odd while a list is being put in force; an answer that was asked for under another number may be an old one and is not judged. */
  turn: () => number
  /** By which generation a new connection was answered. True when the listeners must be told. */
  answered: (generation: string, first: boolean) => boolean
  changed: () => void
}

export type AnswerWatch = {
  status(): 'starting' | 'up' | 'down'
  /** Of the nginx that answered last. */
  version(): string
  /** It began a new life: it does not answer yet. */
  begin(): void
  /** Look now. */
  wake(): void
  /** Resolves true once it answers, false when it does not in time. */
  untilUp(): Promise<boolean>
  close(): Promise<void>
}

const WATCH_EVERY_MS = 1_000
const AWAIT_EVERY_MS = 50
const UP_DEADLINE_MS = 10_000
/** One late answer of a busy front door is no death. */
const MISSES_TO_BE_DOWN = 2

/** Asks a front door again and again who it is; resolves after the first look. */
export async function watchAnswers(options: WatchOptions): Promise<AnswerWatch> {
  const closed = new AbortController()
  let woken = new AbortController()
  let status: 'starting' | 'up' | 'down' = 'starting'
  let version = '0.0.0'
  let misses = 0

  function statusNow(runs: boolean, generation: string | null): typeof status {
    misses = generation === null ? misses + 1 : 0
    if (generation !== null) return 'up'
    if (!runs) return 'down'
    return status === 'up' && misses >= MISSES_TO_BE_DOWN ? 'down' : status
  }

  async function look(first: boolean): Promise<void> {
    const turn = options.turn()
    const runs = options.runs()
    const generation = runs ? await askGeneration(options.target()) : null
    const now = statusNow(runs, generation)
    if (now === 'up' && status !== 'up') version = (await askVersion(options.target())) ?? version
    if (closed.signal.aborted) return
    const was = status
    status = now
    const judged = generation !== null && turn === options.turn() && turn % 2 === 0
    const news = judged && options.answered(generation, first)
    if ((news || status !== was) && !first) options.changed()
  }

  async function watch(): Promise<void> {
    while (!closed.signal.aborted) {
      woken = new AbortController()
      const waitMs = status === 'up' && misses === 0 ? WATCH_EVERY_MS : AWAIT_EVERY_MS
      const signal = AbortSignal.any([woken.signal, closed.signal])
      await sleep(waitMs, undefined, { signal }).catch(() => undefined)
      await look(false)
    }
  }

  await look(true)
  const watching = watch()
  return {
    status: () => status,
    version: () => version,
    begin() {
      status = 'starting'
      woken.abort()
    },
    wake: () => woken.abort(),
    async untilUp() {
      const deadline = performance.now() + UP_DEADLINE_MS
      while (status !== 'up' && performance.now() < deadline && !closed.signal.aborted) await sleep(AWAIT_EVERY_MS)
      return status === 'up'
    },
    async close() {
      closed.abort()
      await watching
    },
  }
}
