import type { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { untilAborted } from '#lib/concurrency/abortable.ts'
import { engineError } from './engine-error.ts'

/** Until the first bytes of an answer that then goes on for long: events, a followed log. */
const STREAM_DEADLINE_MS = 5_000

/** The deadline and the error of every call to the engine; close() ends all that are under way. */
export class EngineCalls {
  readonly #closed = new AbortController()
  #heardAt = Number.NEGATIVE_INFINITY

  /** How long ago the engine last said anything at all. */
  silentMs(): number {
    return performance.now() - this.#heardAt
  }

  heard(): void {
    this.#heardAt = performance.now()
  }

  async call<Value>(name: string, deadlineMs: number, act: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const signal = quiet(AbortSignal.any([AbortSignal.timeout(deadlineMs), this.#closed.signal]))
    try {
      // docker-modem leaves some promises open when a request is aborted between its steps.
      const value = await untilAborted(act(signal), signal)
      this.heard()
      return value
    } catch (error) {
      const known = engineError(error, name, deadlineMs)
      if (known.kind !== 'gone' && known.kind !== 'timeout') this.heard()
      throw known
    }
  }

  /** A call whose effect may be there already (304), which is fine. */
  async unlessSo(name: string, deadlineMs: number, act: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    await this.call(name, deadlineMs, (signal) =>
      act(signal).catch((error: unknown) => {
        if ((error as { statusCode?: number }).statusCode !== 304) throw error
      }),
    )
  }

  /** Has a deadline for the beginning of its answer only. */
  async open(name: string, act: (signal: AbortSignal) => Promise<NodeJS.ReadableStream>): Promise<Readable> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), STREAM_DEADLINE_MS)
    try {
      const signal = quiet(AbortSignal.any([late.signal, this.#closed.signal]))
      const stream = (await untilAborted(act(signal), signal)) as Readable
      // The reader learns of the end by `close`; without a listener an error would end the process.
      stream.on('error', () => stream.destroy())
      return stream
    } catch (error) {
      throw engineError(error, name, STREAM_DEADLINE_MS)
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.#closed.abort()
  }
}

/**
 * docker-modem inspects the options of every call, hidden fields and all depths, for a debug line that nobody reads. An agent or a
 * signal brings half of the process with it there: this leaves only its name. Cost of making 50 containers without this: 10 s of CPU.
 */
export function quiet<Thing extends object>(thing: Thing): Thing {
  return Object.defineProperty(thing, inspect.custom, { value: () => thing.constructor.name })
}
