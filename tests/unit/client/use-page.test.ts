import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { createPage } from '#lib/client/page.ts'
import { PageContext, usePage } from '#lib/client/use-page.ts'

const Answered = () =>
  createElement(
    'p',
    null,
    usePage((state) => `${state.shown.live.totals.answered} answered`),
  )

describe('the page in the browser and on the server', () => {
  it('renders on the server what the browser starts from, whatever the store holds', () => {
    const page = createPage()
    page.store.setState((state) => ({
      ...state,
      shown: {
        ...state.shown,
        live: { ...state.shown.live, totals: { ...state.shown.live.totals, answered: 7 } },
      },
    }))
    expect(renderToString(createElement(PageContext, { value: page }, createElement(Answered)))).toBe(
      '<p>0 answered</p>',
    )
  })

  it('says what to do where no page is provided', () => {
    expect(() => renderToString(createElement(Answered))).toThrow(/PageContext/)
  })

  it('takes next to no memory while the server renders', () => {
    const before = process.memoryUsage().arrayBuffers
    const pages = Array.from({ length: 50 }, () => createPage())
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
    expect(pages).toHaveLength(50)
  })

  it('makes no connection before it is asked to', async () => {
    const ack = await createPage().commands.scale(3)
    expect(ack).toMatchObject({ ok: false, problem: { detail: expect.stringContaining('nothing was sent') } })
  })
})
