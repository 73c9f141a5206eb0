import type { Readable } from 'node:stream'
import type { ReadyLine } from '#lib/protocol/service-lines.ts'
import type { Engine } from './engine.ts'
import { LogLines } from './log-lines.ts'
import { logSinceSeconds, readReadyLine } from './ready-line.ts'

/** `startedAt` tells this life of the container from its next. */
export type ReadyLife = { line: ReadyLine; startedAt: string }

/**
 * Follows a running container's log from the beginning of its present life until it says that it listens.
 * Resolves null when the log ended before, or at `signal`. Throws EngineError.
 */
export async function followReady(engine: Engine, id: string, signal: AbortSignal): Promise<ReadyLife | null> {
  const life = await engine.life(id)
  if (signal.aborted) return null
  const stream = await engine.followLog(id, logSinceSeconds(life))
  const stop = () => stream.destroy()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    const line = await firstReadyLine(stream)
    return line && { line, startedAt: life.startedAt }
  } finally {
    signal.removeEventListener('abort', stop)
    stream.destroy()
  }
}

function firstReadyLine(stream: Readable): Promise<ReadyLine | null> {
  const lines = new LogLines()
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
