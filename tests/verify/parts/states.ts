import { type Browser, chromium } from '@playwright/test'
import { BROWSER_ARGS, findOrInstallBrowser } from '../../browser.ts'
import { type ContactSheet, openContactSheet } from '../../e2e/contact-sheet.ts'
import { type FakeDashboard, openFakeDashboard } from '../../e2e/fake-dashboard.ts'
import { type Faults, lookAt, SIZES, THEMES } from '../../e2e/page-look.ts'
import { STATES } from '../../e2e/page-scenes.ts'
import { exactly, notMeasured, type Part, type Row } from '../rows.ts'

type Say = (line: string) => void

/** Looks at every state in every size; null for one that is not shown as promised. */
async function looksAtAll(
  browser: Browser,
  server: FakeDashboard,
  sheet: ContactSheet,
  say: Say,
): Promise<(Faults | null)[]> {
  const looks: (Faults | null)[] = []
  for (const state of STATES)
    for (const size of SIZES) {
      const look = await lookAt(browser, server, state, size, (page, theme) =>
        sheet.add(page, { state: state.name, theme, size }),
      ).catch((error: unknown) => {
        say(`${state.name}, ${size.name}: ${error instanceof Error ? error.message : error}`)
        return null
      })
      for (const line of [...(look?.violations ?? []), ...(look?.errors ?? [])])
        say(`${state.name}, ${size.name}: ${line}`)
      looks.push(look)
    }
  return looks
}

async function rowsOf(browser: Browser, server: FakeDashboard, say: Say): Promise<Row[]> {
  const sheet = openContactSheet()
  const looks = await looksAtAll(browser, server, sheet, say)
  const seen = looks.filter((look) => look !== null)
  const sum = (count: (faults: Faults) => number): number => seen.reduce((all, faults) => all + count(faults), 0)
  const note = `${STATES.length} states in ${SIZES.length} sizes, each in ${THEMES.length} themes: ${await sheet.write(browser)}`
  return [
    exactly('states of the page shown as promised, in each size', STATES.length * SIZES.length, seen.length, note),
    exactly(
      'violations that axe finds',
      0,
      sum(({ violations }) => violations.length),
    ),
    exactly(
      'pages that scroll sideways',
      0,
      sum(({ sidewaysPx }) => Number(sidewaysPx > 0)),
    ),
    exactly(
      'pages whose band or inspector ends below the fold',
      0,
      sum(({ belowFoldPx }) => Number(belowFoldPx > 0)),
    ),
    exactly(
      'texts of the inspector that find no room',
      0,
      sum(({ cut }) => cut.length),
    ),
    exactly(
      'errors on the page',
      0,
      sum(({ errors }) => errors.length),
    ),
  ]
}

export const part: Part = {
  title: 'every state of the page, in three sizes and both themes',
  measure: async (say) => {
    const found = await findOrInstallBrowser(say)
    if (found.path === null) return [notMeasured('states of the page shown as promised', found.reason)]
    const server = await openFakeDashboard()
    const browser = await chromium.launch({ executablePath: found.path, args: BROWSER_ARGS })
    try {
      return await rowsOf(browser, server, say)
    } finally {
      await browser.close()
      await server.close()
    }
  },
}
