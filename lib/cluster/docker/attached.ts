import type { Duplex } from 'node:stream'
import { CommandChannel } from '#lib/cluster/command-channel.ts'
import { COMMAND_DEADLINE_MS } from '#lib/protocol/limits.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { ServiceAnswer, ServiceCommand } from '#lib/protocol/service-lines.ts'
import type { Engine } from './engine/engine.ts'
import { EngineError, isSilence } from './engine/engine-error.ts'

type Attachment = { channel: CommandChannel; stream: Duplex; idle: NodeJS.Timeout }

/** A stream that nobody needed for this long is closed: attaching again costs about a millisecond. */
const IDLE_MS = 5_000

/** The standard streams of containers, attached to when there is a command to send. One stream a container, for all commands. */
export class Attached {
  readonly #engine: Engine
  readonly #byId = new Map<string, Promise<Attachment>>()
  #closed = false

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** See BackendHost.command; the deadline holds for attaching and answering together. */
  async command(id: string, command: ServiceCommand): Promise<ServiceAnswer> {
    const began = performance.now()
    const attaching = this.#attachment(id)
    let { channel, idle } = await attaching
    if (!channel.isOpen) {
      // The stream was closed for being idle a moment ago; nothing was written to it. Another command may have attached anew already.
      if (this.#byId.get(id) === attaching) this.#byId.delete(id)
      ;({ channel, idle } = await this.#attachment(id))
    }
    idle.refresh()
    return channel.send(command, Math.max(1, Math.round(COMMAND_DEADLINE_MS - (performance.now() - began))))
  }

  close(): void {
    this.#closed = true
    for (const attaching of this.#byId.values()) {
      attaching.then(
        ({ stream }) => stream.destroy(),
        () => undefined,
      )
    }
  }

  #attachment(id: string): Promise<Attachment> {
    if (this.#closed) throw new ProblemError('not-reached', 'The cluster is being closed.')
    const known = this.#byId.get(id)
    if (known) return known
    const attaching = this.#attach(id, () => {
      if (this.#byId.get(id) === attaching) this.#byId.delete(id)
    })
    this.#byId.set(id, attaching)
    return attaching
  }

  async #attach(id: string, over: () => void): Promise<Attachment> {
    let stream: Duplex
    try {
      stream = await this.#engine.attach(id)
    } catch (error) {
      over()
      throw problemOf(error)
    }
    const lines = this.#engine.logLines()
    const channel = new CommandChannel(stream)
    const idle = setTimeout(() => {
      if (channel.pending > 0) idle.refresh()
      else stream.destroy()
    }, IDLE_MS)
    const ended = (): void => {
      clearTimeout(idle)
      over()
      channel.end('its streams were closed')
    }
    stream.on('data', (chunk: Buffer) => {
      for (const line of lines.take(chunk)) channel.take(line)
    })
    stream.once('end', () => stream.destroy())
    stream.once('close', ended)
    if (stream.closed) ended()
    if (this.#closed) stream.destroy()
    // What was left on the container's input without a line's end must not become the beginning of a command.
    if (stream.writable) stream.write('\n')
    return { channel, stream, idle }
  }
}

function problemOf(error: unknown): ProblemError {
  if (!(error instanceof EngineError)) throw error
  const { kind, message } = error
  if (isSilence(error)) {
    return new ProblemError('engine-gone', `The Docker engine does not answer (${message}).`)
  }
  if (kind === 'not-found') return new ProblemError('not-found', `There is no such backend any more (${message}).`)
  return new ProblemError('not-reached', `The backend's streams cannot be reached: ${message}`, { cause: message })
}
