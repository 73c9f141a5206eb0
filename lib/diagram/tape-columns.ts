import type { BackendKey } from '#lib/protocol/model.ts'
import type { Ending } from './ending.ts'

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

/** More than ever stand on one screen. Those that are walked away from are counted again when somebody comes back. */
const KEPT_COLUMNS = 4_000

type Counted = { column: TapeColumn; nextSeq: number; samples: number }

/**
 * The tape as columns, counted from the samples when they are first drawn and kept from then on. Column i holds the samples
 * [i * perColumn, (i + 1) * perColumn).
 */
export class TapeColumns {
  readonly #read: (seq: number) => Ending | null
  readonly #counted = new Map<number, Counted>()
  readonly #places = new Map<BackendKey, number>()
  #perColumn = 1

  /** `read`: how a sample ended; null where it is not there. */
  constructor(read: (seq: number) => Ending | null) {
    this.#read = read
  }

  get perColumn(): number {
    return this.#perColumn
  }
  /** Everybody who answered or was tried in a column that was counted, in order of their first time. */
  get backends(): BackendKey[] {
    return [...this.#places.keys()]
  }

  restart(perColumn: number): void {
    this.#perColumn = perColumn
    this.#counted.clear()
    this.#places.clear()
  }

  /** Counts what is new in the columns [from, to), as far as the samples below `nextSeq` go. */
  count(from: number, to: number, nextSeq: number): void {
    for (let index = from; index < to; index++) {
      const counted = this.#countedAt(index)
      const end = Math.min((index + 1) * this.#perColumn, nextSeq)
      for (; counted.nextSeq < end; counted.nextSeq++) {
        const ending = this.#read(counted.nextSeq)
        if (ending) this.#add(counted, ending)
      }
    }
  }

  /** Undefined: none of its samples is there, or it was not counted. */
  column(index: number): TapeColumn | undefined {
    const counted = this.#counted.get(index)
    return counted && counted.samples > 0 ? counted.column : undefined
  }

  #countedAt(index: number): Counted {
    const known = this.#counted.get(index)
    if (known) return known
    const column: TapeColumn = { answered: [], errors: [], broken: [], failed: 0, cancelled: 0 }
    const counted = { column, nextSeq: index * this.#perColumn, samples: 0 }
    this.#counted.set(index, counted)
    const [oldest] = this.#counted.keys()
    if (this.#counted.size > KEPT_COLUMNS && oldest !== undefined) this.#counted.delete(oldest)
    return counted
  }

  #add(counted: Counted, { backend, tried, end }: Ending): void {
    const { column } = counted
    counted.samples++
    for (const broken of tried) if (broken !== null) up(column.broken, this.#placeOf(broken))
    if (backend !== null) {
      up(column.answered, this.#placeOf(backend))
      if (end === 'error') up(column.errors, this.#placeOf(backend))
    } else if (end === 'cancelled') column.cancelled++
    else column.failed++
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
