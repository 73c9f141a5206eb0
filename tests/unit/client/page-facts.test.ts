import { describe, expect, it } from 'vitest'
import { MAX_ACTIONS } from '#lib/client/page-state.ts'
import type { Welcome } from '#lib/protocol/events.ts'
import type { Action } from '#lib/protocol/model.ts'
import { encodeRunFile } from '#lib/protocol/run-file.ts'
import { burstOf, fileOf, frameOf, inTurn, mixed } from './recorded.ts'
import { browse, type ServerSocket, serve, until, welcome } from './scripted-server.ts'

/** A page that is live, and the server's side of its connection. */
async function livePage(first: Partial<Welcome> = {}, today = Date.now) {
  const sockets: ServerSocket[] = []
  const welcomes: Partial<Welcome>[] = [first]
  const { url } = await serve((socket) => {
    sockets.push(socket)
    socket.emit('welcomed', welcome(welcomes.shift() ?? {}))
  })
  const page = browse(url, { today })
  await until(() => expect(page.store.getState().link.state).toBe('live'))
  const say: ServerSocket['emit'] = (event, ...values) => sockets.at(-1)?.emit(event, ...values) ?? false
  const cutAndWelcome = async (next: Partial<Welcome>) => {
    welcomes.push(next)
    const before = sockets.length
    sockets.at(-1)?.conn.close()
    await until(() => expect(sockets.length).toBeGreaterThan(before))
    await until(() => expect(page.store.getState().link.state).toBe('live'))
  }
  return { ...page, say, cutAndWelcome, shown: () => page.store.getState().shown }
}

const action = (over: Partial<Action>): Action => ({
  ...{ id: 1, at: '', kind: 'scaled', label: '2 → 6', backend: null, number: null, burst: null },
  ...over,
})

describe('what the page knows', () => {
  it('is all that the welcome says', async () => {
    const burst = burstOf(inTurn(6), { status: 'finished' })
    const page = await livePage({ burst, runs: [burst] })
    expect(page.store.getState()).toMatchObject({ version: '0.1.0', cluster: { replicas: 2 }, runs: [{ id: 'b1' }] })
    expect(page.shown()).toMatchObject({ source: 'live', live: { totals: { answered: 6 } }, resynced: null })
  })

  it('says that it was resynced when a running run was not resumed, and not otherwise', async () => {
    const page = await livePage({ burst: burstOf(inTurn(6)) })
    await page.cutAndWelcome({ burst: burstOf(inTurn(9)), resumed: true })
    expect(page.shown().resynced).toBeNull()
    await page.cutAndWelcome({ burst: burstOf(inTurn(12)), resumed: false })
    expect(page.shown()).toMatchObject({ resynced: { missed: 0 }, live: { totals: { answered: 12 } } })
    await page.cutAndWelcome({ burst: burstOf([], { boot: 'second-boot' }) })
    expect(page.shown(), 'another run with the same id').toMatchObject({
      resynced: null,
      live: { totals: { answered: 0 } },
    })
    await page.cutAndWelcome({ burst: null })
    expect(page.shown().burst, 'the server knows of none').toBeNull()
  })

  it('says that the server started anew and kept no run, until the next burst', async () => {
    const burst = burstOf(inTurn(6))
    const restarted = () => page.store.getState().restarted
    const page = await livePage({ burst, runs: [burst] })
    await page.cutAndWelcome({ burst, runs: [burst], resumed: true })
    expect(restarted(), 'the same server').toBe(false)
    await page.cutAndWelcome({ boot: 'second-boot' })
    expect(restarted()).toBe(true)
    await page.cutAndWelcome({ boot: 'second-boot' })
    expect(restarted(), 'a connection that is lost once more').toBe(true)
    page.say('burst:started', burstOf([], { boot: 'second-boot' }))
    await until(() => expect(restarted()).toBe(false))
  })

  it('knows an older run by its number, whatever the clocks say', async () => {
    const page = await livePage()
    page.say('burst:started', burstOf([], { id: 'b2', startedAt: '2026-01-01T00:01:00.000Z' }))
    await until(() => expect(page.shown().burst?.id).toBe('b2'))
    page.say('burst:finished', burstOf(inTurn(6), { status: 'finished' }))
    // The server's clock was set back.
    page.say('burst:started', burstOf([], { id: 'b3', startedAt: '2026-01-01T00:00:30.000Z' }))
    page.say('burst:frame', frameOf(inTurn(6), 0, 6, 3))
    await until(() => expect(page.shown()).toMatchObject({ burst: { id: 'b3' }, live: { totals: { answered: 6 } } }))
    expect(page.store.getState().runs.map(({ id }) => id)).toEqual(['b3', 'b2'])
  })

  it('takes a live run in, whole, while another one is shown', async () => {
    const page = await livePage()
    const samples = inTurn(40)
    page.say('burst:started', burstOf([], { id: 'b2' }))
    page.say('burst:frame', frameOf(samples, 0, 10, 2))
    await until(() => expect(page.shown().live.totals.answered).toBe(10))
    await page.commands.openRunFile(new Blob([encodeRunFile(fileOf(mixed))]))
    page.say('burst:frame', frameOf(samples, 10, 30, 2))
    page.say('burst:measured', burstOf(samples.slice(0, 30), { id: 'b2' }))
    page.say('burst:frame', frameOf(samples, 30, 40, 2))
    await until(() => expect(page.store.getState().runs[0]).toMatchObject({ id: 'b2', answered: 30 }))
    expect(page.shown()).toMatchObject({ source: 'file', burst: { id: 'b1' }, live: { totals: { answered: 59 } } })
    page.commands.showLive()
    await until(() => expect(page.shown()).toMatchObject({ source: 'live', live: { totals: { answered: 40 } } }))
    expect(page.shown()).toMatchObject({ burst: { id: 'b2' }, resynced: null })
  })

  it('forgets which request was selected when another run starts, and keeps the backend', async () => {
    const page = await livePage({ burst: burstOf([]) })
    page.select({ kind: 'request', seq: 3 })
    page.say('burst:started', burstOf([], { id: 'b2' }))
    await until(() => expect(page.shown().burst?.id).toBe('b2'))
    expect(page.store.getState().selection).toBeNull()
    page.select({ kind: 'request', seq: 3 })
    await page.cutAndWelcome({ burst: burstOf([], { id: 'b2' }) })
    expect(page.store.getState().selection, 'the same run').toEqual({ kind: 'request', seq: 3 })
    await page.cutAndWelcome({ burst: burstOf([], { id: 'b2', boot: 'second-boot' }) })
    expect(page.store.getState().selection, 'the server started anew').toBeNull()
  })

  it('learns the clock of the server from what it says: the fastest message tells it best', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00.000Z')
    const page = await livePage({}, () => nowMs)
    const ahead = () => page.store.getState().serverAheadMs
    page.say('burst:started', burstOf([], { startedAt: '2026-01-01T00:00:07.000Z' }))
    await until(() => expect(ahead()).toBe(7_000))
    nowMs += 5_000
    page.say('action:happened', action({ at: '2026-01-01T00:00:04.900Z' }))
    await until(() => expect(page.shown().actions).toHaveLength(1))
    expect(ahead()).toBe(7_000)
    nowMs -= 8_000
    page.say('action:happened', action({ at: '2026-01-01T00:00:04.900Z' }))
    await until(() => expect(ahead()).toBe(7_900))
  })

  it('bounds the actions', async () => {
    const page = await livePage()
    for (let id = 0; id < MAX_ACTIONS + 50; id++) page.say('action:happened', action({ id }))
    await until(() => expect(page.shown().actions.at(-1)?.id).toBe(MAX_ACTIONS + 49))
    expect(page.shown().actions).toHaveLength(MAX_ACTIONS)
  })

  it('says why it was refused where storage is blocked, instead of reloading for ever', async () => {
    const { url } = await serve(
      () => {},
      () => new Error('no-token'),
    )
    const page = browse(url, { hasStorage: false })
    await until(() => expect(page.store.getState().link.state).toBe('refused'))
    expect(page.reloads()).toBe(0)
  })
})
