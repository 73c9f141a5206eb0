import { describe, expect, test } from 'vitest'
import { MAX_KEPT_SAMPLES } from '#lib/protocol/limits.ts'
import { NO_TOTALS, type Outcome, type Reason } from '#lib/protocol/model.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { BurstTick } from '#lib/traffic/burst.ts'
import { BurstMemory, STORE_SAMPLES } from '#lib/traffic/burst-memory.ts'
import { BurstRecord, MAX_KEPT_DETAILS } from '#lib/traffic/burst-record.ts'
import { BY_ADDRESS, BY_NAME, type NamedRoute, NO_ROW, RouteTable } from '#lib/traffic/route-table.ts'
import { Tally } from '#lib/traffic/tally.ts'
import { plan } from './run-burst.ts'

const ANY_ROUTE: NamedRoute = { index: 0, name: null, address: null, generation: null, row: NO_ROW }

type Given = { sentUs: number; latencyUs: number; outcome: Outcome; reason: Reason; status: number; route: NamedRoute }

function finish(tally: Tally, changes: Partial<Given> = {}): void {
  const given = { sentUs: 0, latencyUs: 1_000, outcome: 'answered', reason: 'none', status: 200, ...changes } as Given
  const verdict = { status: given.status, route: given.route ?? ANY_ROUTE, isBackends: true, attempts: null }
  const request = {
    sentUs: given.sentUs,
    waitUs: 0,
    order: tally.head,
    resent: false,
    isLate: false,
    hasVerdict: true,
    verdict,
  }
  tally.started()
  tally.finished(request, given.sentUs + given.latencyUs, given.outcome, given.reason)
}

const openRecord = (memory: BurstMemory, names: Record<string, string> = {}): BurstRecord =>
  new BurstRecord(
    plan({ host: '127.0.0.1', port: 1 }),
    memory,
    {},
    { cancel: () => {}, edit: () => {} },
    (address) => names[address] ?? null,
  )

/** What the engine does when it looks at a burst that the worker has told of. */
function tick(record: BurstRecord, tally: Tally, table = new RouteTable()): void {
  record.take({ kind: 'news', ...table.takeNew(), details: tally.takeDetails(), usedRows: table.usedRows() })
  record.advance({ head: tally.head, totals: { ...tally.totals } }, 1)
}

describe('the record of a burst', () => {
  test('keeps the last million samples of a longer burst, across the end of the store', () => {
    const memory = new BurstMemory()
    const record = openRecord(memory)
    const tally = new Tally(memory)
    const count = STORE_SAMPLES + 5_000
    for (let sentUs = 0; sentUs < count; sentUs++) {
      finish(tally, { sentUs })
    }
    tick(record, tally)
    expect(record.firstSeq()).toBe(count - MAX_KEPT_SAMPLES)
    for (const from of [record.firstSeq(), STORE_SAMPLES - 100, count - 200]) {
      const words = record.samples(from, from + 200)
      const sent = Array.from({ length: 200 }, (_, index) => words[index * SAMPLE_WORDS])
      expect(sent).toEqual(Array.from({ length: 200 }, (_, index) => from + index))
    }
    expect(record.samples(0, 10)).toHaveLength(0)
    expect(record.samples(count - 1, count + 10)).toHaveLength(SAMPLE_WORDS)
    expect(record.measure().totals).toMatchObject({ sent: count, answered: count, inFlight: 0 })
  })

  test('keeps a copy of what it measured when its memory goes to a later burst, until it is told to forget', () => {
    const memory = new BurstMemory()
    const record = openRecord(memory)
    const tally = new Tally(memory)
    for (let sentUs = 0; sentUs < 1_000; sentUs++) finish(tally, { sentUs })
    finish(tally, { outcome: 'failed', reason: 'connect', status: 0 })
    tick(record, tally)
    record.release()
    memory.samples.fill(7)
    expect([record.firstSeq(), record.nextSeq()]).toEqual([0, 1_001])
    expect(record.samples(998, 1_000).filter((_, word) => word % SAMPLE_WORDS === 0)).toEqual(Uint32Array.of(998, 999))
    expect(record.detail(1_000)).not.toBeNull()
    expect(record.archived).toBe(1_001 + 10)
    record.forget()
    expect([record.firstSeq(), record.samples(0, 2_000).length, record.archived]).toEqual([1_001, 0, 0])
    expect(record.details(0, 2_000)).toEqual([])
    expect(record.measure().totals.answered).toBe(1_000)
  })

  test('keeps no copy of a burst that is too long for one, and says so by its first sample', () => {
    const memory = new BurstMemory()
    const record = openRecord(memory)
    const tally = new Tally(memory)
    for (let sentUs = 0; sentUs < 200_001; sentUs++) finish(tally, { sentUs })
    tick(record, tally)
    record.release()
    expect([record.firstSeq(), record.nextSeq(), record.archived]).toEqual([200_001, 200_001, 0])
  })

  test('keeps a bounded number of details, the newest', () => {
    const memory = new BurstMemory()
    const record = openRecord(memory)
    const tally = new Tally(memory)
    for (let seq = 0; seq < MAX_KEPT_DETAILS + 10; seq++) {
      finish(tally, { outcome: 'failed', reason: 'connect', status: 0 })
    }
    tick(record, tally)
    expect(record.detail(9)).toBeNull()
    expect(record.detail(10)).toEqual({ seq: 10, resent: false, attempts: [] })
    expect(record.details(0, 20)).toHaveLength(10)
  })

  test('keeps up with an outage in which every request leaves a detail', () => {
    const record = openRecord(new BurstMemory())
    const head = 25 * MAX_KEPT_DETAILS
    for (let seq = 0; seq < head; ) {
      const details = Array.from({ length: 1_000 }, () => ({ seq: seq++, resent: false, attempts: [] }))
      record.take({ kind: 'news', routes: [], peers: [], details, usedRows: 2 })
    }
    record.advance({ head, totals: { ...NO_TOTALS, sent: head, failed: head } }, 1)
    expect(record.detail(head - 1)?.seq).toBe(head - 1)
    expect(record.details(0, head)).toHaveLength(MAX_KEPT_DETAILS)
  }, 20_000)

  test('counts a backend once, whether its answers named it or its address did', () => {
    const memory = new BurstMemory()
    const record = openRecord(memory, { '10.0.0.2:80': 'aaaaaaaaaaaa' })
    const tally = new Tally(memory)
    const table = new RouteTable()
    const named = Buffer.from('aaaaaaaaaaaa')
    const address = Buffer.from('10.0.0.2:80')
    const routes = [table.route(BY_NAME, named, 0, 12, 0, 0), table.route(BY_ADDRESS, address, 0, 11, 0, 0)]
    routes.forEach((route, order) => {
      finish(tally, { route, latencyUs: order * 3_000 + 1_000, status: order === 0 ? 200 : 500 })
    })
    tick(record, tally, table)
    const [only, ...others] = record.measure().byBackend
    expect(others).toEqual([])
    expect(only).toMatchObject({
      backend: 'aaaaaaaaaaaa',
      answered: 2,
      errors: 1,
      latencySumMs: 5,
      latencyMs: { max: 4 },
    })
    expect(record.measure().byStatus).toEqual({ 200: 1, 500: 1 })
  })

  test('keeps a detail back until its sample is told of', () => {
    const ticks: BurstTick[] = []
    const control = { cancel: () => {}, edit: () => {} }
    const listener = { onTick: (tick: BurstTick) => void ticks.push(tick) }
    const record = new BurstRecord(
      plan({ host: '127.0.0.1', port: 1 }),
      new BurstMemory(),
      listener,
      control,
      () => null,
    )
    const details = [1, 4, 7].map((seq) => ({ seq, resent: true, attempts: [] }))
    record.take({ kind: 'news', routes: [], peers: [], details, usedRows: 2 })
    for (const head of [4, 5, 9]) record.advance({ head, totals: { ...NO_TOTALS, sent: head, answered: head } }, 1)
    expect(ticks.map((tick) => tick.details.map(({ seq }) => seq))).toEqual([[1], [4], [7]])
  })

  test('what was in flight when an engine crashed has failed', () => {
    const record = openRecord(new BurstMemory())
    record.advance({ head: 0, totals: { ...NO_TOTALS, sent: 3, inFlight: 3 } }, 1)
    record.over({ status: 'failed', failure: 'out of luck' })
    record.over({ status: 'finished', failure: null })
    expect(record.totals()).toMatchObject({ sent: 3, inFlight: 0, failed: 3 })
    expect(record.ended()).toEqual({ status: 'failed', failure: 'out of luck' })
  })
})
