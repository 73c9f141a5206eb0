import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import type { BurstFormHandle } from '#components/burst-form/use-burst-form.ts'
import { Inspector } from '#components/inspector/inspector.tsx'
import { INITIAL_PAGE_STATE, NOTHING_SHOWN, type PageState } from '#lib/client/page-state.ts'
import { runningBurst } from '../page-states.ts'

const { state } = vi.hoisted(() => ({ state: {} as PageState }))
// The server renders what the browser starts from, whatever a page holds.
vi.mock('#lib/client/use-page.ts', () => ({
  usePage: <Slice>(select: (page: PageState) => Slice) => select(state),
  useCommands: () => ({}),
  useSelect: () => () => undefined,
}))

test('an earlier run can be played on every width while something is selected', () => {
  const shown = { ...NOTHING_SHOWN, source: 'server', burst: { ...runningBurst(), status: 'finished' } } as const
  Object.assign(state, INITIAL_PAGE_STATE, { shown, selection: { kind: 'front-door' } })
  const form = { running: null, refusal: null, errors: {}, sending: false } as unknown as BurstFormHandle
  const page = renderToString(createElement(Inspector, { form }))
  const classes = /<div class="([^"]*)" data-testid="player"/.exec(page)?.[1]
  expect(classes).toBeDefined()
  expect(classes).not.toContain('hidden')
  for (const name of ['Play', 'One answer back', 'One answer on']) expect(page).toContain(`aria-label="${name}"`)
})
