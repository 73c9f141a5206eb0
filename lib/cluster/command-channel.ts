import { randomInt } from 'node:crypto'
import type { Writable } from 'node:stream'
import { COMMAND_DEADLINE_MS } from '#lib/protocol/limits.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { readAnswer, type ServiceAnswer, type ServiceCommand } from '#lib/protocol/service-lines.ts'

type Pending = { resolve: (answer: ServiceAnswer) => void; fail: (cause: string) => void; late: NodeJS.Timeout }

const MAX_PENDING = 64
/** What a backend has not read of its input; beyond that no command is sent to it. */
const MAX_UNREAD_BYTES = 65_536
const HIGHEST_FIRST_ID = 2 ** 47

/**
 * Commands to one backend and its answers, matched by id, in whatever order they come. `input` is the backend's standard input;
 * the caller owns it, and hands over the lines that the backend says on its standard output.
 */
export class CommandChannel {
  readonly #input: Writable | null
  readonly #pending = new Map<number, Pending>()
  // Several dashboards may be attached to one container, and each hears the answers to all of them.
  #nextId = randomInt(HIGHEST_FIRST_ID)
  #ended: string | null = null

  constructor(input: Writable | null) {
    this.#input = input
  }

  /** Whether a command could be written now. */
  get isOpen(): boolean {
    return this.#ended === null && this.#input?.writable === true
  }

  get pending(): number {
    return this.#pending.size
  }

  /**
   * Resolves with what the backend says, a refusal included. Throws ProblemError `not-reached` when the backend does not answer in
   * time or ends before (it may still obey a command that it did not answer in time), `too-many` when too many are under way.
   */
  send(command: ServiceCommand, deadlineMs = COMMAND_DEADLINE_MS): Promise<ServiceAnswer> {
    return new Promise((resolve, reject) => {
      const fail = (cause: string): void => reject(notAnswered(command, cause))
      const input = this.#input
      if (this.#ended !== null) return fail(this.#ended)
      if (!input?.writable) return fail('it has no input')
      if (input.writableLength > MAX_UNREAD_BYTES) return fail('it does not read its input')
      if (this.#pending.size >= MAX_PENDING) {
        return reject(new ProblemError('too-many', `${MAX_PENDING} commands to this backend are under way already.`))
      }
      const id = this.#nextId++
      const late = setTimeout(() => {
        this.#pending.delete(id)
        fail(`no answer within ${deadlineMs / 1000} s`)
      }, deadlineMs)
      this.#pending.set(id, { resolve, fail, late })
      input.write(`${JSON.stringify({ id, ...command })}\n`)
    })
  }

  /** A line that the backend said. Other lines than answers, and answers to other channels, are passed over. */
  take(line: string): void {
    const answered = readAnswer(line)
    const waiting = answered && this.#pending.get(answered.id)
    if (!waiting) return
    this.#pending.delete(answered.id)
    clearTimeout(waiting.late)
    waiting.resolve(answered.answer)
  }

  /** The streams of the backend are closed: every command that is under way fails with this cause, and so does every later one. */
  end(cause: string): void {
    this.#ended ??= cause
    for (const { fail, late } of this.#pending.values()) {
      clearTimeout(late)
      fail(cause)
    }
    this.#pending.clear()
  }
}

function notAnswered({ command }: ServiceCommand, cause: string): ProblemError {
  return new ProblemError('not-reached', `The backend did not answer the command "${command}": ${cause}.`, { cause })
}
