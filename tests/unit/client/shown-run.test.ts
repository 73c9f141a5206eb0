import { describe, expect, it } from 'vitest'
import { RunView } from '#lib/client/run-view.ts'
import { createShownRun } from '#lib/client/shown-run.ts'
import { encodeRunFile, type RunFile } from '#lib/protocol/run-file.ts'
import { fileOf, inTurn } from './recorded.ts'

/** A page whose latest run is over; the server answers when the test says so. */
function openShownRun(kept: Record<string, RunFile>) {
  const asked: { id: string; answer: () => void }[] = []
  const live = new RunView({ source: 'live' })
  const { generations: _, backends: __, actions: ___, ...burst } = fileOf(inTurn(40, 2, 100_000)).run
  live.hear(burst)
  const shown = createShownRun({
    live,
    files: {
      fetchRun: (id) =>
        new Promise((resolve) => {
          const file = kept[id]
          const problem = { status: 404, code: 'not-found', detail: `There is no run ${id}.` }
          const answer = file ? new Response(encodeRunFile(file)) : Response.json(problem, { status: 404 })
          asked.push({ id, answer: () => resolve(answer) })
        }),
      download: () => undefined,
    },
    clock: { now: () => 0, after: () => 0, cancel: () => undefined },
    changed: () => undefined,
  })
  return {
    ...shown,
    asked,
    hear: (changes: object) => live.hear({ ...burst, ...changes }),
    answerAll: () => {
      for (const { answer } of asked) answer()
    },
  }
}

const LATEST = fileOf(inTurn(40, 2, 100_000))

describe('the latest run, when it is over', () => {
  it('is fetched once to be played, however often that is asked for', async () => {
    const { commands, asked, answerAll, shown } = openShownRun({ b1: LATEST })
    const all = [500_000, 900_000, 1_500_000].map((us) => commands.seek(us))
    all.push(commands.step(1), commands.play())
    answerAll()
    await Promise.all(all)
    expect(asked.map(({ id }) => id)).toEqual(['b1'])
    expect(shown().playing).toMatchObject({ atUs: 1_501_000, isPaused: false })
  })

  it('is not fetched for a speed alone, which it then has', async () => {
    const { commands, asked, answerAll, shown } = openShownRun({ b1: LATEST })
    commands.setSpeed(16)
    expect(asked).toEqual([])
    const playing = commands.play()
    answerAll()
    await playing
    expect(shown().playing).toMatchObject({ speed: 16 })
  })

  it('is not played into another run that was chosen meanwhile', async () => {
    const { commands, answerAll, shown } = openShownRun({ b1: LATEST, b2: fileOf(inTurn(6), { id: 'b2' }) })
    const all = [commands.play(), commands.showRun('b2')]
    answerAll()
    await Promise.all(all)
    expect(shown()).toMatchObject({ burst: { id: 'b2' }, playing: null })
  })

  it('stays paused when that was asked for while it was on its way', async () => {
    const { commands, answerAll, shown } = openShownRun({ b1: LATEST })
    const playing = commands.play()
    commands.pause()
    answerAll()
    await playing
    expect(shown().playing).toMatchObject({ isPaused: true })
  })

  it('does not take the place of a burst that began while it was on its way', async () => {
    const { commands, answerAll, hear, isLive, shown } = openShownRun({ b1: LATEST })
    const playing = commands.play()
    hear({ id: 'b2', status: 'running' })
    answerAll()
    await playing
    expect(isLive()).toBe(true)
    expect(shown().burst?.id).toBe('b2')
  })

  it('cannot be played where the server does not keep it: the answer says so, and it can be asked again', async () => {
    const { commands, asked, answerAll } = openShownRun({})
    const first = commands.play()
    answerAll()
    expect(await first).toMatchObject({ ok: false, problem: { detail: 'There is no run b1.' } })
    void commands.play()
    expect(asked).toHaveLength(2)
  })
})
