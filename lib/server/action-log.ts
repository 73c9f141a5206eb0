import type { ClusterNote } from '#lib/cluster/cluster.ts'
import type { Action } from '#lib/protocol/model.ts'

const KEPT_ACTIONS = 300

export type RunningSince = { id: string; sinceUs: number } | null

/** What happened, newest last, bounded; every entry is told to the listener as it comes. */
export class ActionLog {
  readonly #actions: Action[] = []
  readonly #happened: (action: Action) => void
  readonly #running: () => RunningSince
  #nextId = 1

  constructor(options: { happened: (action: Action) => void; running: () => RunningSince }) {
    this.#happened = options.happened
    this.#running = options.running
  }

  latest(): Action[] {
    return [...this.#actions]
  }

  add(note: ClusterNote): void {
    const action: Action = { id: this.#nextId++, at: new Date().toISOString(), ...note, burst: this.#running() }
    this.#actions.push(action)
    if (this.#actions.length > KEPT_ACTIONS) this.#actions.shift()
    this.#happened(action)
  }
}
