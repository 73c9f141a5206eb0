import { pause } from '#lib/concurrency/abortable.ts'
import { askFrontDoor } from './ask-front-door.ts'

export type WatchOptions = {
  runs: () => boolean
  target: () => { host: string; port: number }
  /** How many times a configuration began or ended to be put in force: odd while that goes on. An answer across it is not judged. */
  applying: () => number
  /** By which generation a new connection was answered; `first`: no answer was judged before. True when the listeners must be told. */
  answered: (generation: string, first: boolean) => boolean
  changed: () => void
}

export type AnswerWatch = {
  status(): 'starting' | 'up' | 'down'
  /** Of the nginx that answered last. */
  version(): string
  /** The front door began a new life: it does not answer yet. */
  begin(): void
  /** Look now. */
  wake(): void
  /** Resolves true once the front door answers, false when it does not within 10 s. */
  untilUp(): Promise<boolean>
  close(): Promise<void>
}

const WATCH_EVERY_MS = 1_000
const AWAIT_EVERY_MS = 50
const UP_DEADLINE_MS = 10_000
/** One late answer of a busy front door is no death. */
const MISSES_TO_BE_DOWN = 2

/** Asks a front door again and again by which generation it answers; resolves after the first look. */
export async function watchAnswers(options: WatchOptions): Promise<AnswerWatch> {
  const closed = new AbortController()
  let woken = new AbortController()
  let status: 'starting' | 'up' | 'down' = 'starting'
  let version = '0.0.0'
  let misses = 0
  let isFirstAnswer = true
  let startingSince = performance.now()

  function statusNow(runs: boolean, answers: boolean): typeof status {
    misses = answers ? 0 : misses + 1
    if (answers) return 'up'
    if (!runs) return 'down'
    if (status === 'starting' && performance.now() - startingSince > UP_DEADLINE_MS) return 'down'
    return status === 'up' && misses >= MISSES_TO_BE_DOWN ? 'down' : status
  }

  async function look(first: boolean): Promise<void> {
    const applying = options.applying()
    const runs = options.runs()
    const answer = runs ? await askFrontDoor(options.target()) : null
    if (closed.signal.aborted) return
    version = answer?.version ?? version
    const was = status
    status = statusNow(runs, answer !== null)
    const isJudged = answer?.generation && applying === options.applying() && applying % 2 === 0
    const isNews = isJudged && options.answered(answer.generation ?? '', isFirstAnswer)
    if (isJudged) isFirstAnswer = false
    if ((isNews || status !== was) && !first) options.changed()
  }

  async function watch(): Promise<void> {
    while (!closed.signal.aborted) {
      const waitMs = status === 'up' && misses === 0 ? WATCH_EVERY_MS : AWAIT_EVERY_MS
      await pause(waitMs, AbortSignal.any([woken.signal, closed.signal]))
      woken = new AbortController()
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
      startingSince = performance.now()
      woken.abort()
    },
    wake: () => woken.abort(),
    async untilUp() {
      const deadline = performance.now() + UP_DEADLINE_MS
      while (status !== 'up' && performance.now() < deadline && !closed.signal.aborted) await pause(AWAIT_EVERY_MS)
      return status === 'up'
    },
    async close() {
      closed.abort()
      await watching
    },
  }
}
