import { describe, expect, it } from 'vitest'
import type { Page } from '#lib/client/page.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { encodeRunFile } from '#lib/protocol/run-file.ts'
import { openPage } from './offline-page.ts'
import { fileOf, mixed } from './recorded.ts'

describe('a run as a file', () => {
  it('says in plain words what is wrong with a file, and goes on showing what it showed', async () => {
    const { page, shown } = openPage()
    const file = encodeRunFile(fileOf(mixed))
    const wrong: [BlobPart, RegExp][] = [
      ['{"not":"a run"}', /not a run of Robinscope/],
      [new Uint8Array(0), /not a run of Robinscope/],
      [file.slice(0, 500), /damaged or cut short/],
    ]
    for (const [content, words] of wrong)
      expect(await page.commands.openRunFile(new Blob([content]))).toMatchObject({
        ok: false,
        problem: { detail: expect.stringMatching(words) },
      })
    expect(shown().source).toBe('live')
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
