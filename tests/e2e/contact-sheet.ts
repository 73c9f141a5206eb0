import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from '@playwright/test'
import type { Size, Theme } from './page-look.ts'

const FOLDER = fileURLToPath(new URL('../.output/states/', import.meta.url))
/** A browser's picture of a page is at most 16,384 pixels high: every state of the page in a row of its own stays below that. */
const SCALE = 0.4
const STYLE = 'body{font:12px sans-serif;background:#888;margin:8px}section{display:flex;gap:8px}figure{margin:0 0 8px}'

type Label = { state: string; theme: Theme; size: Size }

export type ContactSheet = {
  add(page: Page, label: Label): Promise<void>
  /** Every picture on one page, a row a state: states.html, and the same as states.png. Gives where that stands. */
  write(browser: Browser): Promise<string>
}

const fileOf = ({ state, theme, size }: Label): string => `${state}_${theme}_${size.name}.png`

const figure = (label: Label): string => {
  const { state, theme, size } = label
  const caption = `<figcaption>${state}, ${theme}, ${size.name}</figcaption>`
  return `<figure><img src="${fileOf(label)}" width="${size.width * SCALE}">${caption}</figure>`
}

/** One picture a state, theme and size, for a person to look at. Those of an earlier sheet go. */
export function openContactSheet(): ContactSheet {
  const labels: Label[] = []
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  return {
    add: async (page, label) => {
      await page.screenshot({ path: FOLDER + fileOf(label) })
      labels.push(label)
    },
    write: async (browser) => {
      const rows = [...Map.groupBy(labels, ({ state }) => state).values()]
      const sections = rows.map((row) => `<section>${row.map(figure).join('')}</section>`)
      writeFileSync(`${FOLDER}states.html`, `<style>${STYLE}</style>${sections.join('')}`)
      const page = await browser.newPage({ viewport: { width: 2_560, height: 1_000 } })
      await page.goto(`file://${FOLDER}states.html`)
      await page.screenshot({ path: `${FOLDER}states.png`, fullPage: true })
      await page.close()
      return 'tests/.output/states/states.png'
    },
  }
}
