import { BACKEND_KEY } from '#lib/protocol/limits.ts'
import { NO_ROUTE } from '#lib/protocol/sample-record.ts'
import { FIRST_BACKEND_ROW, MAX_ROWS } from './burst-memory.ts'

/** Who made an answer: a backend that names itself, one that is known by its address, or nobody (the front door). */
export const BY_NAME = 0
export const BY_ADDRESS = 1
export const BY_NOBODY = 2
export type RouteKind = typeof BY_NAME | typeof BY_ADDRESS | typeof BY_NOBODY

/** A route as the worker knows it; the main thread resolves the address. */
export type NamedRoute = {
  index: number
  name: string | null
  address: string | null
  generation: string | null
  row: number
}

export type NamedPeer = { index: number; address: string }

type Entry = { kind: RouteKind; name: Uint8Array; generation: Uint8Array; route: NamedRoute; next: Entry | null }

/** No row: figures of this route are kept in all, not by backend. */
export const NO_ROW = 0
export const NO_PEER = 0xffff
/** Several hundred bytes each: more than a front door of ours has in an hour, and a bound for one that makes names up. */
const MAX_ROUTES = 131_072
const MAX_PEERS = 8_192
const MAX_NAME_BYTES = 128
/** Any other text stands for no generation: a name that begins with "=" would be a formula in the spreadsheet that opens the samples. */
const GENERATION = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Stands for what no answer named, and for names beyond the bounds. */
export const UNKNOWN_ROUTE: NamedRoute = { index: NO_ROUTE, name: null, address: null, generation: null, row: NO_ROW }

const equal = (known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean => {
  if (known.length !== to - from) return false
  for (let index = 0; index < known.length; index++) if (known[index] !== bytes[from + index]) return false
  return true
}

/** FNV-1a over some bytes. */
const hash = (seed: number, bytes: Uint8Array, from: number, to: number): number => {
  let value = seed
  for (let at = from; at < to; at++) value = Math.imul(value ^ (bytes[at] as number), 0x01000193)
  return value
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** The names that answers carry, each kept once and found again from its bytes without making a string. Bounded. */
export class RouteTable {
  readonly #entries = new Map<number, Entry>()
  readonly #rows = new Map<string, number>()
  readonly #generations = new Set<string>()
  readonly #peers = new Map<string, number>()
  #count = 0
  #newRoutes: NamedRoute[] = []
  #newPeers: NamedPeer[] = []
  /** Grows with every generation that was not seen before, the first one apart. */
  reloads = 0

  /** The route with this name (of this kind) and generation, given as ranges of `bytes`. */
  route(kind: RouteKind, bytes: Uint8Array, from: number, to: number, genFrom: number, genTo: number): NamedRoute {
    const key = hash(hash(0x811c9dc5 ^ kind, bytes, from, to) ^ 0xff, bytes, genFrom, genTo)
    let entry = this.#entries.get(key) ?? null
    for (; entry !== null; entry = entry.next) {
      if (entry.kind === kind && equal(entry.name, bytes, from, to) && equal(entry.generation, bytes, genFrom, genTo)) {
        return entry.route
      }
    }
    return this.#add(key, kind, bytes.slice(from, to), bytes.slice(genFrom, genTo))
  }

  peer(address: string): number {
    const known = this.#peers.get(address)
    if (known !== undefined) return known
    if (this.#peers.size >= MAX_PEERS || address.length > MAX_NAME_BYTES) return NO_PEER
    const index = this.#peers.size
    this.#peers.set(address, index)
    this.#newPeers.push({ index, address })
    return index
  }

  /** How many rows of figures are in use. */
  usedRows(): number {
    return FIRST_BACKEND_ROW + this.#rows.size
  }

  get hasNew(): boolean {
    return this.#newRoutes.length + this.#newPeers.length > 0
  }

  /** What was added since the last call. */
  takeNew(): { routes: NamedRoute[]; peers: NamedPeer[] } {
    const added = { routes: this.#newRoutes, peers: this.#newPeers }
    this.#newRoutes = []
    this.#newPeers = []
    return added
  }

  #add(key: number, kind: RouteKind, name: Uint8Array, generation: Uint8Array): NamedRoute {
    if (this.#count >= MAX_ROUTES || name.length > MAX_NAME_BYTES || generation.length > MAX_NAME_BYTES)
      return UNKNOWN_ROUTE
    const label = text(name)
    // Any other name that an answer gives itself is not believed.
    if (kind === BY_NAME && !BACKEND_KEY.test(label)) return UNKNOWN_ROUTE
    const inForce = text(generation)
    const route: NamedRoute = {
      index: this.#count++,
      name: kind === BY_NAME ? label : null,
      address: kind === BY_ADDRESS ? label : null,
      generation: GENERATION.test(inForce) ? inForce : null,
      row: kind === BY_NOBODY ? NO_ROW : this.#row(`${kind} ${label}`),
    }
    if (route.generation !== null && !this.#generations.has(route.generation)) {
      if (this.#generations.size > 0) this.reloads++
      this.#generations.add(route.generation)
    }
    this.#entries.set(key, { kind, name, generation, route, next: this.#entries.get(key) ?? null })
    this.#newRoutes.push(route)
    return route
  }

  #row(key: string): number {
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = FIRST_BACKEND_ROW + this.#rows.size
    if (row >= MAX_ROWS) return NO_ROW
    this.#rows.set(key, row)
    return row
  }
}
