/** An id that is something else is not kept: a ledger's page has to fit a line of the control channel. */
const KEPT_ID = /^[A-Za-z0-9._:/+=@~-]{1,128}$/
const MAX_PAGE_LENGTH = 32_000
/** Brackets, quotes, commas and a count. */
const AROUND_AN_ID = 12

/** One page of ids, each with how often a request with it was executed. `next`: where the next page begins, null after the last. */
export type LedgerPage = { ids: [string, number][]; next: number | null }

/** What a backend did: requests by method, and executions by request id. Memory is bounded. */
export type Ledger = {
  note(method: string, id: unknown): void
  counts(): { methods: Record<string, number>; kept: number; withoutId: number; overflowed: number }
  page(from: number): LedgerPage
}

/** @param maxIds how many different ids are kept; what comes with another one after that is counted as overflowed. 0: none are looked at. */
export function createLedger(maxIds: number): Ledger {
  const methods = new Map<string, number>()
  const places = new Map<string, number>()
  const ids: string[] = []
  const executions: number[] = []
  let withoutId = 0
  let overflowed = 0

  function noteId(id: unknown): void {
    if (typeof id !== 'string' || !KEPT_ID.test(id)) {
      withoutId += 1
      return
    }
    const place = places.get(id)
    if (place !== undefined) executions[place] = (executions[place] ?? 0) + 1
    else if (ids.length >= maxIds) overflowed += 1
    else {
      places.set(id, ids.length)
      ids.push(id)
      executions.push(1)
    }
  }

  return {
    note(method, id) {
      methods.set(method, (methods.get(method) ?? 0) + 1)
      if (maxIds > 0) noteId(id)
    },
    counts: () => ({ methods: Object.fromEntries(methods), kept: ids.length, withoutId, overflowed }),
    page(from) {
      const page: [string, number][] = []
      let length = 0
      let place = from
      while (place < ids.length && length < MAX_PAGE_LENGTH) {
        const id = ids[place] ?? ''
        page.push([id, executions[place] ?? 0])
        length += id.length + AROUND_AN_ID
        place += 1
      }
      return { ids: page, next: place < ids.length ? place : null }
    },
  }
}
