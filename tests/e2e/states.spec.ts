import { test as base, expect } from '@playwright/test'
import { type FakeDashboard, openFakeDashboard } from './fake-dashboard.ts'
import { emptyScene, snapshotOf } from './fake-scenes.ts'
import { lookAt, NO_FAULTS, SIZES } from './page-look.ts'
import { STATES } from './page-scenes.ts'
import { scene } from './page-state.ts'

const test = base.extend<object, { server: FakeDashboard }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from this pattern.
    async ({}, use) => {
      const server = await openFakeDashboard()
      await use(server)
      await server.close()
    },
    { scope: 'worker' },
  ],
})

test.describe.configure({ mode: 'parallel' })

// Each state in one size, the sizes in turn; `npm run verify -- states` looks at every state in every size.
STATES.forEach((state, index) => {
  for (const size of SIZES.filter((_, at) => at === index % SIZES.length))
    test(`${state.name}, ${size.name}, in both themes`, async ({ browser, server }) => {
      expect(await lookAt(browser, server, state, size)).toEqual(NO_FAULTS)
    })
})

test('the cap of a key is not underlined with the link that it stands in', async ({ page, server }) => {
  server.play(scene(emptyScene(snapshotOf(2))))
  await page.goto(server.url)
  const link = page.getByRole('button', { name: 'Table' })
  const cap = link.getByText('T', { exact: true })
  const seen = await cap.screenshot()
  await link.evaluate((element) => {
    element.style.textDecoration = 'none'
  })
  expect(seen.equals(await cap.screenshot())).toBe(true)
})
