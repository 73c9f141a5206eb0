import type { Readable } from 'node:stream'
import { pause } from '#lib/concurrency/abortable.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { type ReadyLine, readReadyLine } from '#lib/protocol/service-lines.ts'
import type { DockerBackend } from './docker-backend.ts'
import type { Life } from './engine/container.ts'
import type { Engine } from './engine/engine.ts'
import { EngineError } from './engine/engine-error.ts'
import type { ProjectView } from './project-view.ts'

export type ReadinessOptions = { view: ProjectView; log: Log; changed: (backend: DockerBackend) => void }

const RETRY_MS = 500

/** Whether a backend is ready to answer: its own word, in the log of its present life. It writes `ready`, `startedAt`, `port` and `ended`. */
export class Readiness {
  readonly #options: ReadinessOptions

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  /** Follows a running backend until it is ready, whatever the engine answers meanwhile. */
  async follow(backend: DockerBackend): Promise<void> {
    if (backend.ready || backend.following || backend.id === null) return
    const following = new AbortController()
    backend.following = following
    const { view, changed } = this.#options
    while (!following.signal.aborted) {
      if (view.error === null && (await this.#becameReady(backend, following.signal))) break
      await pause(RETRY_MS, following.signal)
    }
    if (following.signal.aborted) return
    backend.following = null
    changed(backend)
  }

  /** The life in which it was ready, or was to become so, is over. */
  lose(backend: DockerBackend): void {
    backend.ready = false
    backend.following?.abort()
    backend.following = null
  }

  /** Events may have been missed: a backend may have ended, or be in another life by now. */
  async recheck(backend: DockerBackend): Promise<void> {
    const { id, startedAt } = backend
    const isAwaited = backend.stage === 'raising' && backend.isStarted
    if (id === null || !(isAwaited || backend.ready)) return
    const life = await this.#options.view.engine.life(id).catch(() => null)
    if (life === null || startedAt !== backend.startedAt) return
    if (life.status === 'exited' || life.status === 'dead') backend.ended = { removed: false, exitCode: life.exitCode }
    else if (!backend.ready || startedAt === null || life.startedAt === startedAt) return
    this.lose(backend)
    this.#options.changed(backend)
  }

  async #becameReady(backend: DockerBackend, signal: AbortSignal): Promise<boolean> {
    const { view, log } = this.#options
    const { id, name } = backend
    if (id === null) return false
    try {
      const life = await view.engine.life(id)
      const line = await readUntilReady(view.engine, id, life, signal)
      if (signal.aborted || line === null) return false
      backend.startedAt = life.startedAt
      backend.port = line === 'unreadable' ? backend.port : line.port
      if (line === 'unreadable') log('log-not-readable', { container: name })
      backend.ready = true
      return true
    } catch {
      return false
    }
  }
}

/** Null when the log ended before, or at `signal`. Where a logging driver lets nobody read, running must do: `unreadable`. Throws EngineError. */
async function readUntilReady(
  engine: Engine,
  id: string,
  life: Life,
  signal: AbortSignal,
): Promise<ReadyLine | 'unreadable' | null> {
  if (signal.aborted) return null
  const stream = await engine.followLog(id, logSinceSeconds(life)).catch((error: unknown) => {
    if (error instanceof EngineError && error.kind === 'unsupported') return null
    throw error
  })
  if (stream === null) return 'unreadable'
  const stop = () => stream.destroy()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await firstReadyLine(engine, stream)
  } finally {
    signal.removeEventListener('abort', stop)
    stream.destroy()
  }
}

function firstReadyLine(engine: Engine, stream: Readable): Promise<ReadyLine | null> {
  const lines = engine.logLines()
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      for (const text of lines.take(chunk)) {
        const line = readReadyLine(text)
        if (line) resolve(line)
      }
    })
    stream.once('end', () => resolve(null))
    stream.once('close', () => resolve(null))
    if (stream.destroyed) resolve(null)
  })
}

/**
 * From when on a container's log belongs to its present life, in seconds. Docker notes the start after the process began, so a
 * second earlier is allowed for, but never into the life before.
 */
export function logSinceSeconds({ startedAt, finishedAt }: Life): number {
  const started = Date.parse(startedAt) - 1000
  const finished = Date.parse(finishedAt)
  const since = Math.max(started, Number.isNaN(finished) ? 0 : finished, 0)
  return Number.isNaN(since) ? 0 : since / 1000
}
