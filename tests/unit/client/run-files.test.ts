import { describe, expect, it } from 'vitest'
import type { Page } from '#lib/client/page.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { encodeRunFile } from '#lib/protocol/run-file.ts'
import { OUTCOME_AT, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { openPage } from './offline-page.ts'
import { fileOf, mixed } from './recorded.ts'

describe('a run as a file', () => {
  it('says in plain words what is wrong with a file, and goes on showing what it showed', async () => {
    const { page, shown } = openPage()
    const run = fileOf(mixed)
    const file = encodeRunFile(run)
    const damagedSamples = [ROUTE_AT, 0, 1, OUTCOME_AT].map((word) => {
      const samples = run.samples.slice()
      // An outcome of 0 is an answer: the run says that this one failed.
      samples[20 * SAMPLE_WORDS + word] = word === OUTCOME_AT ? 0 : 0xfffffff0
      return samples
    })
    const wrong: [BlobPart, RegExp][] = [
      ['{"not":"a run"}', /not a run of Robinscope/],
      [new Uint8Array(0), /not a run of Robinscope/],
      [file.slice(0, 500), /damaged or cut short/],
      ...damagedSamples.map((damaged): [BlobPart, RegExp] => [encodeRunFile({ ...run, samples: damaged }), /damaged/]),
    ]
    for (const [content, words] of wrong)
      expect(await page.commands.openRunFile(new Blob([content]))).toMatchObject({
        ok: false,
        problem: { detail: expect.stringMatching(words) },
      })
    expect(shown().source).toBe('live')
  })

  it('that is none is known from its first bytes, however large it is', async () => {
    class Film extends Blob {
      override arrayBuffer(): Promise<ArrayBuffer> {
        throw new Error('It was read whole')
      }
    }
    const { page } = openPage()
    expect(await page.commands.openRunFile(new Film(['a film of three hours']))).toMatchObject({
      ok: false,
      problem: { detail: expect.stringMatching(/not a run of Robinscope/) },
    })
  })

  it('is asked for by its id, and the answer of a server that does not keep it is handed on', async () => {
    const { page } = openPage()
    expect(await page.commands.showRun('b9')).toMatchObject({ ok: false, problem: { code: 'not-found' } })
  })

  it('is saved as the file that opens again', async () => {
    const { page, downloads } = openPage({ b1: fileOf(mixed) })
    await page.commands.saveRun('b1')
    expect(downloads[0]?.name).toBe('robinscope-b1.run')
    const other: { page: Page; shown: () => PageState['shown'] } = openPage()
    await other.page.commands.openRunFile(downloads[0]?.file ?? new Blob())
    expect(other.shown().live.totals.answered).toBe(59)
  })
})
