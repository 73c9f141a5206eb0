import { test as base, expect } from '@playwright/test'
import { type FakeDashboard, openFakeDashboard } from './fake-dashboard.ts'
import { lookAt, NO_FAULTS, SIZES } from './page-look.ts'
import { STATES } from './page-scenes.ts'

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
