import type { Readable } from 'node:stream'
import { z } from 'zod'
import { PROJECT_LABEL, SERVICE_LABEL } from '#lib/compose/project-profile.ts'
import { pause } from '#lib/concurrency/abortable.ts'
import { containerIdSchema } from './container.ts'
import type { Engine } from './engine.ts'
import { type EngineError, engineError } from './engine-error.ts'

/** One thing that happened to a container of the project. */
export type ContainerEvent = { id: string; action: string; service: string | null; exitCode: number | null }

export type EventsListener = {
  event: (event: ContainerEvent) => void
  /** The stream was opened (again): whatever was known may be old. It counts as back once this has resolved. */
  opened: () => Promise<void>
  /** Beat while all is well: time to compare what is known with what is. Resolves true when events must have been lost. */
  drifted: () => Promise<boolean>
  trouble: (error: EngineError | null) => void
}

const BEAT_MS = 500
/** With BEAT_MS before it, an engine that hangs is known within 3 s. */
const PING_DEADLINE_MS = 2_400
const RETRY_MS = 250
const LONGEST_EVENT_BYTES = 262_144

/** Container events that can change what a cluster looks like; health checks, which run by exec, would drown them. */
const FOLLOWED = ['create', 'start', 'restart', 'die', 'oom', 'kill', 'stop', 'pause', 'unpause', 'destroy', 'rename']

export const projectFilter = (project: string): { label: string[] } => ({ label: [`${PROJECT_LABEL}=${project}`] })

/** The `filters` of GET /events for one project's containers. */
export const eventFilter = (project: string): { type: string[]; event: string[]; label: string[] } => ({
  type: ['container'],
  event: FOLLOWED,
  ...projectFilter(project),
})

const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({ ID: containerIdSchema, Attributes: z.record(z.string(), z.string()).nullish() }),
})

/** One line of GET /events; null when the line concerns no container of ours. */
export function readEvent(line: string): ContainerEvent | null {
  try {
    const parsed = eventSchema.safeParse(JSON.parse(line))
    if (!parsed.success) return null
    const { Action, Actor } = parsed.data
    const exitCode = Number(Actor.Attributes?.exitCode ?? Number.NaN)
    return {
      id: Actor.ID,
      action: Action,
      service: Actor.Attributes?.[SERVICE_LABEL] ?? null,
      exitCode: Number.isInteger(exitCode) ? exitCode : null,
    }
  } catch {
    return null
  }
}

/**
 * Follows the engine's events for as long as it lives: reopens the stream after every loss, asks for a full look each time, and
 * pings beside it, since a stream may be dead without an end. Returns the way to stop.
 */
export function followEvents(engine: Engine, listener: EventsListener): () => Promise<void> {
  const closed = new AbortController()
  let stream: Readable | null = null
  let inTrouble = false

  const tell = (error: EngineError | null) => {
    if (inTrouble === (error !== null) || closed.signal.aborted) return
    inTrouble = error !== null
    listener.trouble(error)
  }

  /** An engine with much to do may be late with one answer while it gives others. */
  const tellOf = (error: unknown, call: string, deadlineMs: number | null) => {
    const known = engineError(error, call, deadlineMs)
    const busy = known.kind === 'timeout' && engine.silentMs() < PING_DEADLINE_MS
    if (!busy) tell(known)
    return !busy
  }

  async function follow(): Promise<void> {
    let failures = 0
    while (!closed.signal.aborted) {
      let isThere = false
      try {
        await engine.ping(PING_DEADLINE_MS)
        isThere = true
        stream = await engine.events()
        if (closed.signal.aborted) break
        const ended = readEvents(stream, (event) => {
          engine.heard()
          listener.event(event)
        })
        await listener.opened()
        tell(null)
        failures = 0
        await ended
      } catch (error) {
        // An engine that has just answered the ping may have lost or refused a single call: the next try tells.
        const isSingle = isThere && failures === 0
        failures += 1
        if (!isSingle) tellOf(error, 'follow events', null)
      }
      stream?.destroy()
      stream = null
      await pause(RETRY_MS, closed.signal)
    }
    stream?.destroy()
  }

  async function beat(): Promise<void> {
    while (!closed.signal.aborted) {
      await pause(BEAT_MS, closed.signal)
      if (stream === null || inTrouble) continue
      const reading = stream
      try {
        await engine.ping(PING_DEADLINE_MS)
      } catch (error) {
        if (tellOf(error, 'ping', PING_DEADLINE_MS)) reading.destroy()
        continue
      }
      // A comparison that fails is made by opening the stream anew.
      if (await listener.drifted().catch(() => true)) reading.destroy()
    }
  }

  const running = Promise.all([follow(), beat()])
  return async () => {
    closed.abort()
    stream?.destroy()
    await running
  }
}

function readEvents(stream: Readable, tell: (event: ContainerEvent) => void): Promise<void> {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (text + chunk.toString('utf8')).split('\n')
    text = (lines.pop() ?? '').slice(0, LONGEST_EVENT_BYTES)
    for (const line of lines) {
      const event = readEvent(line)
      if (event) tell(event)
    }
  })
  return new Promise((resolve) => {
    if (stream.destroyed) resolve()
    stream.once('close', resolve)
    stream.once('end', resolve)
  })
}
