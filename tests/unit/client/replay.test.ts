import { describe, expect, it } from 'vitest'
import { verdictOf } from '#lib/analysis/verdict.ts'
import type { PageState } from '#lib/client/page-state.ts'
import type { RunView } from '#lib/client/run-view.ts'
import { readSample } from '#lib/client/sample-rows.ts'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { encodeRunFile, type RunFile } from '#lib/protocol/run-file.ts'
import { openPage } from './offline-page.ts'
import { A, fileOf, frameOf, inTurn, mixed, openView, type Recorded } from './recorded.ts'

const blobOf = (file: RunFile): Blob => new Blob([encodeRunFile(file)])

/** Every number that the panels read. */
function numbersOf(view: RunView, { burst, live, generations, backends, actions, resynced }: PageState['shown']) {
  const { log, rates } = view
  return {
    ...{ burst, live, resynced, generations: [...generations], backends: [...backends], actions },
    charts: { backends: rates.backends, buckets: structuredClone(rates.buckets) },
    samples: Array.from({ length: log.nextSeq }, (_, seq) => readSample(log, seq)),
    verdict: verdictOf({
      ...{ burst, totals: live.totals, answeredBy: live.byBackend, generations, backends, actions },
    }),
  }
}

/** As a browser saw it live, up to a sample. */
function seenLive(samples: readonly Recorded[], file: RunFile, upTo = samples.length) {
  const live = openView()
  live.hear({ ...file.run, ...fileOf([]).run, status: 'running', finishedAt: null } as never)
  for (let at = 0; at < upTo; at += 7) {
    const frame = decodeFrame(frameOf(samples, at, Math.min(at + 7, upTo)))
    const { generations, backends } = file.run
    live.view.take({ ...frame, tables: frame.tables && { ...frame.tables, generations, backends } })
  }
  return live
}

const plainBurst = ({ generations: _, backends: __, actions: ___, ...burst }: RunFile['run']) => burst

describe('a run that is shown again', () => {
  it('has every number that it had live', async () => {
    const file = fileOf(mixed)
    const live = seenLive(mixed, file)
    live.hear(plainBurst(file.run))
    const { page, shown } = openPage()
    expect(await page.commands.openRunFile(blobOf(file))).toEqual({ ok: true, value: { id: 'b1' } })
    expect(numbersOf(page.view(), shown())).toEqual(numbersOf(live.view, live.shown()))
    expect(shown()).toMatchObject({ source: 'file', playing: null, gone: null })
  })

  it('plays through the same numbers', async () => {
    const file = fileOf(mixed)
    const { page, shown } = openPage()
    await page.commands.openRunFile(blobOf(file))
    for (let upTo = 7; upTo < mixed.length; upTo += 7) {
      const live = seenLive(mixed, file, upTo)
      const last = mixed[upTo - 1]
      page.commands.seek((last?.sentUs ?? 0) + (last?.latencyUs ?? 1000))
      const [was, is] = [live.shown().live, shown().live]
      expect(is.totals).toEqual(was.totals)
      expect(is.byBackend).toEqual(was.byBackend)
      expect(page.view().rates.buckets).toEqual(live.view.rates.buckets)
      expect(is.rps).toBe(was.rps)
      expect(shown().burst?.status).toBe('running')
      expect(shown().burst?.byBackend.find(({ backend }) => backend === A)?.answered).toBe(was.byBackend[A]?.answered)
    }
  })

  it('judges in mid-run as the server did then', async () => {
    const samples = inTurn(40, 3, 100_000)
    const { page, shown } = openPage()
    await page.commands.openRunFile(blobOf(fileOf(samples, { deviations: 0 })))
    page.commands.seek(2_000_000)
    expect(shown().burst).toMatchObject({ answered: 20, deviations: 0, fairness: { spread: expect.closeTo(1) } })
    expect(shown().burst?.stretches).toMatchObject([{ generation: 'h-1', answered: 20 }])
    expect(verdictOf({ ...shown(), totals: shown().live.totals, answeredBy: shown().live.byBackend }).sentence).toMatch(
      /^20 answered, 6 or 7 each, in strict rotation/,
    )
  })

  it('counts by status in mid-run as the server did: an answer of the front door itself is none of a backend', async () => {
    const { page, shown } = openPage()
    await page.commands.openRunFile(blobOf(fileOf(mixed)))
    page.commands.seek(299_500)
    expect(shown().live.totals).toMatchObject({ answered: 29, failed: 1, errors: 1 })
    expect(shown().burst?.byStatus).toEqual({ 200: 28, 503: 1 })
  })

  it('says in mid-run how many had started late by then, and nothing of those that came later', async () => {
    const samples = inTurn(40, 2, 100_000).map((sample, index) => ({ ...sample, isLate: index >= 10 }))
    const file = fileOf(samples, { lateStarts: 0.75, request: { ...fileOf([]).run.request, ratePerSecond: 20 } })
    const { page, shown } = openPage()
    await page.commands.openRunFile(blobOf(file))
    const note = () => verdictOf({ ...shown(), totals: shown().live.totals, answeredBy: shown().live.byBackend }).note
    expect(note()).toContain('75 % started late')
    page.commands.seek(2_000_000)
    expect(note()).toContain('52.4 % started late')
    page.commands.seek(900_000)
    expect(note()).not.toContain('started late')
  })

  it('plays at its pace, faster, step by step, and stands at the end', async () => {
    const samples = inTurn(40, 2, 100_000)
    const { page, wait, shown } = openPage()
    await page.commands.openRunFile(blobOf(fileOf(samples)))
    const { play, pause, step, setSpeed, seek } = page.commands
    play()
    wait(1_000)
    expect(shown().playing).toMatchObject({ speed: 1, isPaused: false, endUs: 3_901_000 })
    expect(page.view().log.nextSeq).toBe(10)
    setSpeed(10)
    wait(100)
    expect(page.view().log.nextSeq).toBe(20)
    pause()
    wait(1_000)
    expect(page.view().log.nextSeq).toBe(20)
    expect(shown().playing?.isPaused).toBe(true)
    const paused = page.store.getState()
    wait(5_000)
    expect(page.store.getState(), 'nothing is told while it stands still').toBe(paused)
    step(1)
    expect(shown().playing?.atUs).toBe(2_001_000)
    expect(shown().live.totals.answered).toBe(21)
    step(-1)
    step(-1)
    expect(shown().live.totals.answered).toBe(19)
    const { resets } = page.view().log
    seek(0)
    expect(page.view().log.nextSeq, 'from the start').toBe(0)
    expect(page.view().log.resets).toBeGreaterThan(resets)
    play()
    wait(10_000)
    expect(shown()).toMatchObject({ playing: null, burst: { status: 'finished', answered: 40 } })
    step(1)
    expect(shown().playing, 'nothing comes after the end').toBeNull()
    step(-1)
    expect(shown()).toMatchObject({ playing: { isPaused: true }, live: { totals: { answered: 39 } } })
  })

  it('shows what happened when its time has come, and not before', async () => {
    const file = fileOf(inTurn(40, 2, 100_000))
    const actions = [500_000, 2_000_000].map((sinceUs, index) => ({
      ...{ id: index + 1, at: file.run.startedAt, kind: 'down' as const, label: 'down', backend: A, number: 1 },
      burst: { id: file.run.id, sinceUs },
    }))
    const { page, shown } = openPage()
    await page.commands.openRunFile(blobOf({ ...file, run: { ...file.run, actions } }))
    const seen = (us: number) => {
      page.commands.seek(us)
      return shown().actions.map(({ id }) => id)
    }
    expect(shown().actions, 'as it ended').toHaveLength(2)
    expect([seen(400_000), seen(600_000), seen(2_000_000), seen(3_950_000)]).toEqual([[], [1], [1, 2], [1, 2]])
    expect([seen(530_000), seen(510_000), seen(499_000)], 'back, between two answers').toEqual([[1], [1], []])
    expect(shown().live.elapsedUs).toBe(499_000)
  })

  it('keeps its speed for the runs that are played after it', async () => {
    const { page, shown } = openPage({ b1: fileOf(mixed), b2: fileOf(inTurn(40, 2, 100_000), { id: 'b2' }) })
    await page.commands.showRun('b1')
    page.commands.setSpeed(4)
    await page.commands.showRun('b2')
    page.commands.play()
    expect(shown().playing).toMatchObject({ speed: 4, isPaused: false })
  })

  it('says what is no longer kept, and has whole counts all the same', async () => {
    const { page, shown } = openPage({ b1: fileOf(mixed, {}, 20), b2: fileOf(mixed, { id: 'b2' }, 60) })
    await page.commands.showRun('b1')
    expect(shown()).toMatchObject({ source: 'server', gone: expect.stringMatching(/^The first 20 of its 60 samples/) })
    expect(shown().live.totals.answered).toBe(59)
    page.commands.seek(295_000)
    expect(shown().live.totals.answered).toBe(29)
    expect(shown().live.byBackend[A]?.answered).toBe(mixed.slice(0, 30).filter(({ by }) => by === 0).length)
    await page.commands.showRun('b2')
    expect(shown().gone).toMatch(/^The samples of this run/)
    expect(shown().live.totals.answered).toBe(59)
  })

  it('with every sample that was ever made lacks nothing, though requests of a stopped engine have none', async () => {
    const stopped = { status: 'failed', failure: 'The load engine stopped', sent: 62, failed: 3 } as const
    const { page, shown } = openPage({
      b1: fileOf(mixed, stopped),
      b2: fileOf([], { ...stopped, id: 'b2', sent: 2, failed: 2 }),
    })
    for (const id of ['b1', 'b2']) {
      await page.commands.showRun(id)
      expect(shown()).toMatchObject({ burst: { id, status: 'failed' }, gone: null })
    }
  })

  it('gives the newest wish precedence, drops what was selected of another run, and goes back to live', async () => {
    const { page, shown } = openPage({ b1: fileOf(mixed), b2: fileOf(inTurn(6), { id: 'b2' }) })
    const early = page.commands.showRun('b1')
    page.select({ kind: 'request', seq: 3 })
    await page.commands.showRun('b2')
    await early
    expect(shown().burst?.id).toBe('b2')
    expect(page.store.getState().selection).toBeNull()
    page.select({ kind: 'backend', backend: A })
    page.commands.showLive()
    expect(shown()).toMatchObject({ source: 'live', burst: null })
    expect(page.store.getState().selection).toEqual({ kind: 'backend', backend: A })
  })
})
