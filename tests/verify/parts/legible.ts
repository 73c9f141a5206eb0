import { chromium } from '@playwright/test'
import { BROWSER_ARGS, findOrInstallBrowser } from '../../browser.ts'
import { DashboardPage } from '../../e2e/dashboard-page.ts'
import { legibility } from '../../e2e/legibility.ts'
import { startProduct } from '../../product.ts'
import { exactly, notMeasured, type Part, type Row } from '../rows.ts'

const SMALLEST_TEXT_PX = 11
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
]

async function rowsAt(url: string, executablePath: string, backends: Parameters<typeof legibility>[1]): Promise<Row[]> {
  const browser = await chromium.launch({ executablePath, args: BROWSER_ARGS })
  try {
    const rows: Row[] = []
    for (const viewport of SIZES) {
      const page = await browser.newPage({ viewport })
      const dashboard = new DashboardPage(page)
      await dashboard.open(url)
      await dashboard.backend(backends.at(-1)?.backend ?? '').waitFor()
      const seen = await legibility(dashboard.cluster, backends)
      const at = `of 50 backends at ${viewport.width} x ${viewport.height}`
      rows.push(
        exactly(`shown with number and hex digits, ${at}`, 50, seen.shown),
        exactly(`texts outside of the diagram or on one another, ${at}`, 0, seen.outside + seen.overlapping),
        {
          ...{ figure: `smallest text ${at}`, bar: `>= ${SMALLEST_TEXT_PX} px`, value: seen.smallestTextPx },
          holds: seen.smallestTextPx >= SMALLEST_TEXT_PX,
        },
      )
      await page.close()
    }
    return rows
  } finally {
    await browser.close()
  }
}

export const part: Part = {
  title: 'fifty backends on the page',
  measure: async (say) => {
    const browser = await findOrInstallBrowser(say)
    if (browser.path === null) return [notMeasured('fifty backends on the page', browser.reason)]
    const product = await startProduct()
    try {
      await product.api.scale(50)
      const { backends } = await product.api.cluster()
      return await rowsAt(product.url, browser.path, backends)
    } finally {
      await product.stop()
    }
  },
}
