import { beforeEach, describe, expect, it } from 'vitest'
import { type BackendControl, controlBackends } from '#lib/cluster/backend-control.ts'
import { refuseUnlessOwner } from '#lib/cluster/refusals.ts'
import type { ServiceAnswer, ServiceCommand } from '#lib/protocol/service-lines.ts'
import { FakeDoor, FakeHost } from './fakes.ts'

let host: FakeHost
let control: BackendControl
let door: FakeDoor

beforeEach(() => {
  host = new FakeHost()
  door = new FakeDoor()
  control = controlBackends(host, () => refuseUnlessOwner(door))
})

const page = (fields: object): ServiceAnswer => ({
  ok: true,
  fields: {
    ...{ executed: 3, counting: true, withIds: true, methods: { GET: 3 }, kept: 3, withoutId: 0, overflowed: 0 },
    ...{ ids: [], next: null, ...fields },
  },
})

describe('what is said to a single backend', () => {
  it('a fault is told as it is, and what is in force comes back', async () => {
    const on = { kind: 'latency', ms: 5, jitterMs: 0, share: 1 } as const
    host.answer = () => ({ ok: true, fields: { faults: [on] } })
    expect(await control.fault('a', { kind: 'latency', ms: 5 })).toEqual([on])
    await control.heal('a', 'latency')
    await control.heal('a')
    await control.faults('a')
    expect(host.commanded.map(({ command }) => command)).toEqual([
      { command: 'fault', kind: 'latency', ms: 5 },
      { command: 'heal', kind: 'latency' },
      { command: 'heal' },
      { command: 'faults' },
    ])
  })

  it("a refusal is malformed, in the backend's own words", async () => {
    host.answer = () => ({ ok: false, error: 'ms: an integer from 0 to 60000 is needed' })
    await expect(control.fault('a', { kind: 'latency', ms: -1 })).rejects.toMatchObject({
      problem: { code: 'malformed', detail: 'Backend a refused: ms: an integer from 0 to 60000 is needed.' },
    })
  })

  it('an answer that says something else is not believed', async () => {
    host.answer = () => ({ ok: true, fields: { faults: 'none' } })
    await expect(control.faults('a')).rejects.toMatchObject({ problem: { code: 'not-reached' } })
    await expect(control.ledger('a', { act: 'read' })).rejects.toMatchObject({ problem: { code: 'not-reached' } })
  })

  it('the count of what arrived is read without the ids', async () => {
    host.answer = () => page({ executed: 12 })
    expect(await control.executed('a')).toBe(12)
    expect(host.commanded.map(({ command }) => command)).toEqual([{ command: 'ledger', act: 'read', from: 200_000 }])
  })

  it('many who ask for the count at one time ask the backend once', async () => {
    host.answer = () => page({ executed: 12 })
    expect(await Promise.all(Array.from({ length: 70 }, () => control.executed('a')))).toEqual(Array(70).fill(12))
    expect(host.commanded).toHaveLength(1)
    await control.executed('a')
    expect(host.commanded).toHaveLength(2)
  })

  it('a backend that does not count says so, and its ledger is read all the same', async () => {
    host.answer = () => page({ executed: undefined })
    await expect(control.executed('a')).rejects.toMatchObject({
      problem: { code: 'not-reached', cause: 'its image is older than this dashboard' },
    })
    expect((await control.ledger('a', { act: 'read' })).ids.size).toBe(0)
  })

  it('a ledger is read page by page into one', async () => {
    const pages = new Map([
      [0, page({ ids: [['x', 1]], next: 1 })],
      [1, page({ ids: [['y', 2]], next: 2 })],
      [2, page({ ids: [['z', 1]], overflowed: 4 })],
    ])
    host.answer = (command) => pages.get((command as { from: number }).from) ?? page({})
    const ledger = await control.ledger('a', { act: 'read' })
    expect(ledger).toMatchObject({ counting: true, methods: { GET: 3 }, overflowed: 4 })
    expect([...ledger.ids]).toEqual([
      ['x', 1],
      ['y', 2],
      ['z', 1],
    ])
  })

  it('a ledger whose pages lead nowhere is not read for ever', async () => {
    host.answer = () => page({ ids: [['x', 1]], next: 0 })
    expect((await control.ledger('a', { act: 'read' })).ids.size).toBe(1)
  })

  it('an order for the ledger is carried out, then read', async () => {
    host.answer = () => page({})
    await control.ledger('a', { act: 'start', ids: true })
    expect(host.commanded.map(({ command }: { command: ServiceCommand }) => command)).toEqual([
      { command: 'ledger', act: 'start', ids: true },
      { command: 'ledger', act: 'read', from: 0 },
    ])
  })

  it('a dashboard that only watches may look and change nothing', async () => {
    door.ownership = { owner: () => ({ name: 'the other', mine: false }), takeOver: () => undefined }
    const refused = { problem: { code: 'read-only', detail: expect.stringContaining('the other') } }
    await expect(control.fault('a', { kind: 'errors', status: 500 })).rejects.toMatchObject(refused)
    await expect(control.heal('a')).rejects.toMatchObject(refused)
    await expect(control.ledger('a', { act: 'start' })).rejects.toMatchObject(refused)
    expect(host.commanded).toEqual([])
    host.answer = () => page({ faults: [] })
    expect(await control.faults('a')).toEqual([])
    expect(await control.ledger('a', { act: 'read' })).toMatchObject({ counting: true })
  })
})
