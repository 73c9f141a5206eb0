import type { FrontDoor } from '#lib/front-door/front-door.ts'
import type { ClusterTrouble } from '#lib/protocol/model.ts'

/** What keeps the picture from being current or the controls from working, and since when: the engine first, then the front door. */
export class ClusterTroubles {
  readonly #door: FrontDoor
  #engine: ClusterTrouble | null = null
  #frontDoor: ClusterTrouble | null = null

  constructor(door: FrontDoor) {
    this.#door = door
    door.subscribe({ changed: () => this.#look() })
    this.#look()
  }

  /** The engine went away, with words for people, or is back: null. */
  engine(detail: string | null): void {
    this.#engine = detail === null ? null : { code: 'engine-gone', detail, since: new Date().toISOString() }
  }

  now(): ClusterTrouble | null {
    return this.#engine ?? this.#frontDoor
  }

  #look(): void {
    const trouble = this.#troubleOfDoor()
    const isSame = trouble?.code === this.#frontDoor?.code && trouble?.detail === this.#frontDoor?.detail
    if (!isSame) this.#frontDoor = trouble && { ...trouble, since: new Date().toISOString() }
  }

  #troubleOfDoor(): Omit<ClusterTrouble, 'since'> | null {
    if (this.#door.status() === 'down') {
      return {
        code: 'front-door-down',
        detail: 'The front door does not answer. Robinscope asks it again until it does.',
      }
    }
    const owner = this.#door.ownership?.owner()
    if (!owner || owner.mine) return null
    return {
      code: 'read-only',
      detail: `Another dashboard (${owner.name}) writes the front door's list, so this one only watches.`,
    }
  }
}
