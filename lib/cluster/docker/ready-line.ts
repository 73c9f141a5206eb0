import { type ReadyLine, readyLineSchema } from '#lib/protocol/service-lines.ts'
import type { Life } from './container.ts'

/** The service's word that it listens, if this line of its log is that. */
export function readReadyLine(line: string): ReadyLine | null {
  if (!line.startsWith('{')) return null
  try {
    return readyLineSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
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
