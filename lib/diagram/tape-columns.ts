import type { BackendKey } from '#lib/protocol/model.ts'

/** What the tape needs of a sample. */
export type TapeSample = {
  /** Who answered; null: nobody. */
  backend: BackendKey | null
  /** The backends that were tried before and did not answer. */
  tried: readonly (BackendKey | null)[]
  end: 'answered' | 'error' | 'failed' | 'cancelled'
}

/** `perColumn` requests in a row: one for a cell, more for a column. */
export type TapeColumn = {
  /** By the backend's place in `TapeColumns.backends`; undefined is 0. */
  answered: (number | undefined)[]
  errors: (number | undefined)[]
  /** Attempts that failed at it. */
  broken: (number | undefined)[]
  failed: number
  cancelled: number
}

/** More are never on the screen at once. */
const KEPT_COLUMNS = 4_000

/** The tape as columns, counted once as samples come: drawing asks for columns, never for samples. */
export class TapeColumns {
  readonly #columns = new Map<number, TapeColumn>()
  readonly #places = new Map<BackendKey, number>()
  #perColumn = 1

  get perColumn(): number {
    return this.#perColumn
  }
  /** Everybody who answered or was tried, in order of their first time. */
  get backends(): BackendKey[] {
    return [...this.#places.keys()]
  }

  restart(perColumn: number): void {
    this.#perColumn = perColumn
    this.#columns.clear()
    this.#places.clear()
  }

  /** Samples come in order of seq; there may be holes. */
  add(seq: number, { backend, tried, end }: TapeSample): void {
    const column = this.#columnOf(Math.floor(seq / this.#perColumn))
    for (const broken of tried) if (broken !== null) up(column.broken, this.#placeOf(broken))
    if (backend !== null) {
      up(column.answered, this.#placeOf(backend))
      if (end === 'error') up(column.errors, this.#placeOf(backend))
    } else if (end === 'cancelled') column.cancelled++
    else column.failed++
  }

  /** Column i holds the samples [i * perColumn, (i + 1) * perColumn). Undefined: none of them came. */
  column(index: number): TapeColumn | undefined {
    return this.#columns.get(index)
  }

  #columnOf(index: number): TapeColumn {
    const known = this.#columns.get(index)
    if (known) return known
    const column: TapeColumn = { answered: [], errors: [], broken: [], failed: 0, cancelled: 0 }
    this.#columns.set(index, column)
    const [oldest] = this.#columns.keys()
    if (this.#columns.size > KEPT_COLUMNS && oldest !== undefined) this.#columns.delete(oldest)
    return column
  }

  #placeOf(backend: BackendKey): number {
    const place = this.#places.get(backend) ?? this.#places.size
    this.#places.set(backend, place)
    return place
  }
}

function up(counts: (number | undefined)[], place: number): void {
  counts[place] = (counts[place] ?? 0) + 1
}
